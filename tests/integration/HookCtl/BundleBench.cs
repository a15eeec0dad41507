using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>A bundle next to a bench's rules.</summary>
internal sealed class BundleBench : IDisposable
{
    public const string MinimalConfig = """{"ociVersion":"1.0.2","process":{"args":["/bin/sh"],"cwd":"/"},"annotations":{"k":"v"}}""";

    public BundleBench()
    {
        Bundle = Directory.CreateDirectory(HookCtl.Inside("bundle")).FullName;
        File.WriteAllText(Config, MinimalConfig);
    }

    public static TheoryData<string> Samples =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "samples"), "*.json").Select(path => Path.GetFileName(path)).Order()];

    public HookCtlBench HookCtl { get; } = new();

    public string Bundle { get; }

    public string Config => Path.Combine(Bundle, "config.json");

    public string Record => Config + ".ocihooks";

    public string ConfigText
    {
        get => File.ReadAllText(Config);
        set => File.WriteAllText(Config, value);
    }

    /// <summary>All that other programs can see of the bundle: each entry with its content, its inode and when it was written.</summary>
    public string Listing => string.Join('\n', Directory.GetFileSystemEntries(Bundle).Order().Select(path => new Command(
        "sh", "-c", "stat -c '%n %i %a %Y.%y %s' \"$1\"; sha256sum <\"$1\"", "sh", path).Run().EnsureSuccess().OutputText));

    public JsonNode Hooks => JsonNode.Parse(ConfigText)!["hooks"]!;

    /// <summary>Writes a rule that matches every container.</summary>
    public void WriteRule(string name = "a.json", string stage = "createRuntime", string path = "/bin/true", params string[] args) =>
        HookCtl.WriteRule(name, new JsonObject
        {
            ["version"] = "1.0.0",
            ["hook"] = new JsonObject { ["path"] = path, ["args"] = new JsonArray([.. args.Select(word => (JsonNode)word)]) },
            ["when"] = new JsonObject { ["always"] = true },
            ["stages"] = new JsonArray(stage),
        }.ToJsonString());

    public CommandResult Inject(params IEnumerable<string> options) => Run("inject", options);

    public CommandResult Eject(params IEnumerable<string> options) => Run("eject", options);

    /// <summary>Runs hookctl from a shell, after a script.</summary>
    public CommandResult RunScript(string script, params IEnumerable<ByteString> arguments) => new Command(
        "sh", ["-c", $"{script}; exec \"$@\"", "sh", Repository.HookCtl, .. arguments, "--config", HookCtl.SettingsFile]).Run();

    /// <summary>Asserts that hookctl reported a failure in one line with all the parts, and did not change the file.</summary>
    public void AssertFailed(CommandResult result, string config, params string[] parts)
    {
        Assert.True(result.ExitCode == 3, result.ToString());
        Assert.Equal("", result.OutputText);
        Assert.Matches("^hookctl: [^A-Z].*\n$", result.ErrorText);
        Assert.All(parts, part => Assert.Contains(part, result.ErrorText, StringComparison.Ordinal));
        Assert.Equal(config, ConfigText);
    }

    /// <summary>Asserts that only the hooks of the document have changed.</summary>
    public void AssertOnlyHooksDiffer(byte[] before)
    {
        Assert.Equal(WithoutHooks(before), WithoutHooks(File.ReadAllBytes(Config)));

        static string WithoutHooks(byte[] config)
        {
            using JsonDocument document = JsonDocument.Parse(config);
            return string.Join('\n', document.RootElement.EnumerateObject().Where(member => member.Name != "hooks")
                .Select(member => string.Create(CultureInfo.InvariantCulture, $"{member.Name}: {member.Value.GetRawText()}")));
        }
    }

    public static string Latin1(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    public void Dispose() => HookCtl.Dispose();

    private CommandResult Run(string command, IEnumerable<string> options) =>
        HookCtl.Run([command, Bundle, .. options.Select(option => (ByteString)option)]);
}
