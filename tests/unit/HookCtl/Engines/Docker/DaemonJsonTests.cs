using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using HookCtl.Engines;
using HookCtl.Engines.Docker;

namespace UnitTests.HookCtl.Engines.Docker;

/// <summary>Tests the edits of daemon.json, for many texts.</summary>
[Properties(Arbitrary = [typeof(GeneratedDaemonJson)], MaxTest = 2000)]
public sealed class DaemonJsonTests
{
    private static readonly JsonDocumentOptions s_commented = new() { CommentHandling = JsonCommentHandling.Skip };

    [Property]
    public void An_install_adds_the_runtime_and_nothing_else(GeneratedDaemonJson json, bool byDefault)
    {
        string installed = Install(json.ToString(), byDefault);

        JsonNode expected = Parse(json.ToString());
        var runtimes = (expected["runtimes"] ??= new JsonObject()).AsObject();
        runtimes["hooked"] = new JsonObject { ["path"] = "/w" };
        if (byDefault)
        {
            expected["default-runtime"] = "hooked";
        }

        Assert.True(JsonNode.DeepEquals(expected, Parse(installed)), installed);
        Assert.Equal(Keys(expected), Keys(Parse(installed)));
        Assert.Equal(installed, Install(installed, byDefault));
    }

    /// <summary>
    /// Every byte of the old text is in the new one, in the same order, except for a null and the default runtime's name.
    /// </summary>
    [Property(MaxTest = 1000)]
    public void An_install_only_adds_text(GeneratedDaemonJson json)
    {
        string text = json.ToString();
        string installed = Install(text, byDefault: false);

        int at = 0;
        string old = Parse(text)["runtimes"] is null ? text.Replace("\"runtimes\":null", "\"runtimes\":", StringComparison.Ordinal)
            .Replace("\"runtimes\": null", "\"runtimes\": ", StringComparison.Ordinal) : text;
        foreach (char letter in installed)
        {
            at += at < old.Length && old[at] == letter ? 1 : 0;
        }

        Assert.True(at == old.Length, installed);
    }

    [Property]
    public void Without_the_runtime_the_rest_is_as_it_was(GeneratedDaemonJson json, bool byDefault)
    {
        string text = json.ToString();
        DaemonJson installed = DaemonJson.Parse("f", Encoding.UTF8.GetBytes(Install(text, byDefault)))!;

        string without = Encoding.UTF8.GetString(installed.Without("hooked", (string?)Parse(text)["default-runtime"]));

        JsonNode expected = Parse(text);
        _ = expected["runtimes"] ??= new JsonObject();
        Assert.True(JsonNode.DeepEquals(expected, Parse(without)), without);
        bool hadRuntimes = Parse(text)["runtimes"] is JsonObject { Count: > 0 };
        Assert.True(json.HasComments || !hadRuntimes || text == without, without);
    }

    [Property(MaxTest = 40)]
    public async Task An_install_and_an_uninstall_of_a_file_give_the_same_bytes(GeneratedDaemonJson json, bool byDefault)
    {
        string directory = Directory.CreateTempSubdirectory("ocihooks-").FullName;
        try
        {
            string file = Path.Combine(directory, "daemon.json");
            File.WriteAllText(file, json.ToString());
            var request = new InstallRequest("hooked", "/bin/true", byDefault, file, DryRun: false, NoReload: true, Force: true,
                new LowLevelChoice("/usr/bin/crun", IsChosen: true));

            Assert.Equal(InstallOutcome.Installed, (await DockerEngine.InstallAsync(request, CancellationToken.None)).Outcome);
            Assert.Equal(InstallOutcome.Uninstalled, (await DockerEngine.UninstallAsync(request, CancellationToken.None)).Outcome);

            Assert.Equal(json.ToString(), File.ReadAllText(file));
            Assert.Equal([file], Directory.GetFiles(directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Install(string text, bool byDefault) =>
        Encoding.UTF8.GetString(DaemonJson.Install("f", Encoding.UTF8.GetBytes(text), "hooked", "/w", byDefault));

    private static JsonNode Parse(string text) => JsonNode.Parse(text, documentOptions: s_commented)!;

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(member => member.Key);
}
