using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>A directory for one test with rules and settings, and the built hookctl.</summary>
internal sealed class HookCtlBench : IDisposable
{
    private readonly JsonObject _settings;

    public HookCtlBench()
    {
        Root = Directory.CreateTempSubdirectory("ocihooks-").FullName;
        Rules = Directory.CreateDirectory(Inside("hooks.d")).FullName;
        _settings = new JsonObject { ["hooksDirs"] = new JsonArray(Rules) };
        File.WriteAllText(SettingsFile, _settings.ToJsonString());
    }

    public string Root { get; }

    public string Rules { get; }

    public string SettingsFile => Inside("settings.json");

    public string Inside(string name) => Path.Combine(Root, name);

    /// <summary>A directory to put first in hookctl's PATH; null for none.</summary>
    public string? Programs { get; init; }

    /// <summary>Changes a setting. Null removes it.</summary>
    public void Set(string key, JsonNode? value)
    {
        _ = _settings.Remove(key);
        if (value is not null)
        {
            _settings[key] = value;
        }

        File.WriteAllText(SettingsFile, _settings.ToJsonString());
    }

    public void WriteRule(string name, string text) => File.WriteAllText(Path.Combine(Rules, name), text);

    /// <summary>Runs hookctl with the bench's settings. Its output goes to pipes.</summary>
    public CommandResult Run(params IEnumerable<ByteString> arguments) =>
        new Command(Repository.HookCtl, [.. arguments, "--config", SettingsFile])
        {
            WorkingDirectory = Root,
            Environment = Programs is null ? null : [$"PATH={Programs}:{Environment.GetEnvironmentVariable("PATH")}"],
        }.Run();

    /// <summary>
    /// Asserts that a text equals a file of tests/golden/hookctl, with ROOT for the bench's directory. If UPDATE_GOLDEN is set in the
    /// environment, it writes the text to the file instead: check the difference before you commit it.
    /// </summary>
    public void AssertGolden(string name, string text)
    {
        string file = Path.Combine(Repository.Root, "tests", "golden", "hookctl", name);
        string actual = text.Replace(Root, "ROOT", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is { Length: > 0 })
        {
            File.WriteAllText(file, actual);
        }

        Assert.Equal(File.ReadAllText(file), actual);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
