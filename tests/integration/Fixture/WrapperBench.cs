using System.Text.Json;
using System.Text.Json.Nodes;

namespace IntegrationTests.Fixture;

/// <summary>A directory for one test with a bundle, rules and settings, and the built wrapper in front of the recording runtime.</summary>
internal sealed class WrapperBench : IDisposable
{
    private readonly JsonObject _settings;

    public WrapperBench()
    {
        Root = Directory.CreateTempSubdirectory("ocihooks-").FullName;
        Bundle = Directory.CreateDirectory(Path.Combine(Root, "bundle")).FullName;
        Rules = Directory.CreateDirectory(Path.Combine(Root, "hooks.d")).FullName;
        Records = Directory.CreateDirectory(Path.Combine(Root, "records")).FullName;
        _settings = new JsonObject
        {
            ["runtime"] = Probes.Recorder,
            ["hooksDirs"] = new JsonArray(Rules),
            ["log"] = new JsonObject { ["journald"] = false },

            // So that config.json has the rules' hooks themselves.
            ["supervise"] = false,
        };
        WriteSettings();
        File.WriteAllBytes(Config, MinimalConfig);
    }

    public static byte[] MinimalConfig => """{"ociVersion":"1.0.2","process":{"args":["/bin/sh"],"cwd":"/"},"annotations":{"k":"v"}}"""u8.ToArray();

    public string Root { get; }

    public string Bundle { get; }

    public string Rules { get; }

    public string Records { get; }

    public string Config => Path.Combine(Bundle, "config.json");

    public string Record => Config + ".ocihooks";

    public string SettingsFile => Path.Combine(Root, "settings.json");

    public string ConfigText => File.ReadAllText(Config);

    /// <summary>The calls of the runtime, oldest first.</summary>
    public IReadOnlyList<RecordedCall> Calls => [.. RecordedCall.In(Records)];

    /// <summary>Returns a rule file's text, by default with a hook that always runs.</summary>
    public static string Rule(string stage = "createRuntime", string path = "/bin/true", string when = """{"always":true}""") =>
        $$"""{"version":"1.0.0","hook":{"path":"{{path}}"},"when":{{when}},"stages":["{{stage}}"]}""";

    public void WriteRule(string name, string text) => File.WriteAllText(Path.Combine(Rules, name), text);

    /// <summary>Changes a setting. Null removes it.</summary>
    public void Set(string key, JsonNode? value)
    {
        _ = _settings.Remove(key);
        if (value is not null)
        {
            _settings[key] = value;
        }

        WriteSettings();
    }

    /// <summary>Runs the wrapper with the bench's settings.</summary>
    public CommandResult Run(params IEnumerable<ByteString> arguments) => RunIn(Root, null, arguments);

    public CommandResult RunIn(string directory, IEnumerable<ByteString>? environment, params IEnumerable<ByteString> arguments) =>
        RunBare(directory, environment, ["--wrap-config", SettingsFile, .. arguments]);

    /// <summary>Runs the wrapper with only these arguments.</summary>
    public CommandResult RunBare(string directory, IEnumerable<ByteString>? environment, params IEnumerable<ByteString> arguments) =>
        new Command(Repository.Wrapper, arguments)
        {
            WorkingDirectory = directory,
            Environment = [.. environment ?? Command.InheritedEnvironment, $"RECORDER_DIR={Records}"],
        }.Run();

    /// <summary>Runs a create of the bundle.</summary>
    public CommandResult Create() => Run("create", "--bundle", Bundle, "c1");

    /// <summary>Returns the hooks in config.json by stage, each as JSON.</summary>
    public Dictionary<string, string[]> Hooks()
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Config), new JsonDocumentOptions { MaxDepth = 12000 });
        return !config.RootElement.TryGetProperty("hooks", out JsonElement hooks) || hooks.ValueKind == JsonValueKind.Null
            ? []
            : hooks.EnumerateObject().ToDictionary(stage => stage.Name, stage => stage.Value.EnumerateArray().Select(hook => hook.GetRawText()).ToArray());
    }

    public void Dispose()
    {
        // A test may have removed the permissions.
        _ = new Command("chmod", "-R", "u+rwX", Root).Run();
        Directory.Delete(Root, recursive: true);
    }

    private void WriteSettings() => File.WriteAllText(SettingsFile, _settings.ToJsonString());
}

/// <summary>One call of the recording runtime.</summary>
internal sealed class RecordedCall(string directory)
{
    /// <summary>Returns the calls in a directory, oldest first, without those that are still being recorded.</summary>
    public static IEnumerable<RecordedCall> In(string records) => Directory.GetDirectories(records)
        .Where(directory => !Path.GetFileName(directory).StartsWith('.'))
        .OrderBy(Directory.GetCreationTimeUtc)
        .Select(directory => new RecordedCall(directory));

    /// <summary>The directory of its record.</summary>
    public string Place => directory;

    public byte[] ArgumentBytes => File.ReadAllBytes(Path.Combine(directory, "argv"));

    public string[] Arguments => System.Text.Encoding.UTF8.GetString(ArgumentBytes).Split('\0')[..^1];

    public byte[] EnvironmentBytes => File.ReadAllBytes(Path.Combine(directory, "environ"));

    public string? Config => File.Exists(Path.Combine(directory, "config.json")) ? File.ReadAllText(Path.Combine(directory, "config.json")) : null;
}
