using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookCtl.Install;

namespace Tests.Unit.HookCtl.Install;

/// <summary>The edits of daemon.json, for many of them.</summary>
public sealed class DaemonJsonTests
{
    private const int Count = 1000;

    private static readonly JsonDocumentOptions s_commented = new() { CommentHandling = JsonCommentHandling.Skip };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_install_adds_the_runtime_and_nothing_else(bool byDefault)
    {
        for (int seed = 0; seed < Count; seed++)
        {
            string text = new GeneratedDaemonJson(seed).Make().Text;

            string installed = Install(text, byDefault);

            JsonNode expected = Parse(text);
            var runtimes = (expected["runtimes"] ??= new JsonObject()).AsObject();
            runtimes["hooked"] = new JsonObject { ["path"] = "/w" };
            if (byDefault)
            {
                expected["default-runtime"] = "hooked";
            }

            Assert.True(JsonNode.DeepEquals(expected, Parse(installed)), $"seed {seed}:\n{text}\n{installed}");
            Assert.Equal(Keys(expected), Keys(Parse(installed)));
            Assert.Equal(installed, Install(installed, byDefault));
        }
    }

    /// <summary>Every byte of the old text is in the new one, in its order, but for a null and the default runtime's name.</summary>
    [Fact]
    public void An_install_only_adds_text()
    {
        for (int seed = 0; seed < Count; seed++)
        {
            string text = new GeneratedDaemonJson(seed).Make().Text;
            string installed = Install(text, byDefault: false);

            int at = 0;
            string old = Parse(text)["runtimes"] is null ? text.Replace("\"runtimes\":null", "\"runtimes\":", StringComparison.Ordinal)
                .Replace("\"runtimes\": null", "\"runtimes\": ", StringComparison.Ordinal) : text;
            foreach (char letter in installed)
            {
                at += at < old.Length && old[at] == letter ? 1 : 0;
            }

            Assert.True(at == old.Length, $"seed {seed}:\n{text}\n{installed}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_the_runtime_the_rest_is_as_it_was(bool byDefault)
    {
        for (int seed = 0; seed < Count; seed++)
        {
            (string text, bool hasComments) = new GeneratedDaemonJson(seed).Make();
            DaemonJson installed = DaemonJson.Parse("f", Encoding.UTF8.GetBytes(Install(text, byDefault)))!;

            string without = Encoding.UTF8.GetString(installed.Without("hooked", (string?)Parse(text)["default-runtime"]));

            JsonNode expected = Parse(text);
            _ = expected["runtimes"] ??= new JsonObject();
            Assert.True(JsonNode.DeepEquals(expected, Parse(without)), $"seed {seed}:\n{text}\n{without}");
            bool hadRuntimes = Parse(text)["runtimes"] is JsonObject { Count: > 0 };
            Assert.True(hasComments || !hadRuntimes || text == without, $"seed {seed}:\n{text}\n{without}");
        }
    }

    [Fact]
    public void An_install_and_an_uninstall_of_a_file_give_the_same_bytes()
    {
        string directory = Directory.CreateTempSubdirectory("ocihooks-").FullName;
        string file = Path.Combine(directory, "daemon.json");
        for (int seed = 0; seed < 40; seed++)
        {
            string text = new GeneratedDaemonJson(seed).Make().Text;
            File.WriteAllText(file, text);
            var request = new InstallRequest("hooked", "/bin/true", seed % 2 == 0, file, DryRun: false, NoReload: true, Force: true,
                new LowLevelChoice("/usr/bin/crun", IsChosen: true));

            Assert.Equal(InstallOutcome.Installed, DockerEngine.Install(request).Outcome);
            Assert.Equal(InstallOutcome.Uninstalled, DockerEngine.Uninstall(request).Outcome);

            Assert.Equal(text, File.ReadAllText(file));
            Assert.Equal([file], Directory.GetFiles(directory));
        }

        Directory.Delete(directory, recursive: true);
    }

    private static string Install(string text, bool byDefault) =>
        Encoding.UTF8.GetString(DaemonJson.Install("f", Encoding.UTF8.GetBytes(text), "hooked", "/w", byDefault));

    private static JsonNode Parse(string text) => JsonNode.Parse(text, documentOptions: s_commented)!;

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(member => member.Key);
}
