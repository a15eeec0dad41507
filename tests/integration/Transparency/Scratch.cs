using System.Text.Json;
using IntegrationTests.Fixture;

namespace IntegrationTests.Transparency;

/// <summary>A directory for one test: the probe as the runtime, settings, rules, and a bundle.</summary>
internal sealed class Scratch : IDisposable
{
    public const string HookArgument = "added-by-the-wrapper";

    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    public Scratch()
    {
        WorkingDirectory = Directory.CreateDirectory(Path.Combine(_root, "cwd")).FullName;
        Runtime = Path.Combine(_root, "runtime");
        File.CreateSymbolicLink(Runtime, Probes.Probe);
        FreshBundle();
        WriteSettings("matching", new { always = true });
        WriteSettings("unmatched", new { commands = new[] { "^/no/such/program$" } });
    }

    public string WorkingDirectory { get; }

    /// <summary>The path of the probe in this directory. It writes its report next to the path it is executed by.</summary>
    public string Runtime { get; }

    public string Report => Runtime + ".out";

    public string Config => Path.Combine(_root, "bundle", "config.json");

    public string[] Arguments(TransparencyTests.Shape shape) => shape == TransparencyTests.Shape.PassThrough
        ? ["--root", "/run/none", "state", "x"]
        : ["--root", "/run/none", "create", "--bundle", Path.Combine(_root, "bundle"), "--pid-file", "/run/none/pid", "x"];

    public string Settings(TransparencyTests.Shape shape) =>
        SettingsPath(shape == TransparencyTests.Shape.CreateUnmatched ? "unmatched" : "matching");

    /// <summary>Makes a new bundle at the same path. Returns its configuration.</summary>
    public byte[] FreshBundle()
    {
        string bundle = Path.GetDirectoryName(Config)!;
        if (Directory.Exists(bundle))
        {
            Directory.Delete(bundle, recursive: true);
        }

        Directory.CreateDirectory(bundle);
        byte[] config = File.ReadAllBytes(Repository.Sample("docker-config.json"));
        File.WriteAllBytes(Config, config);
        return config;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void WriteSettings(string name, object when)
    {
        string rules = Directory.CreateDirectory(Path.Combine(_root, $"{name}.d")).FullName;
        File.WriteAllText(Path.Combine(rules, "rule.json"), JsonSerializer.Serialize(new
        {
            version = "1.0.0",
            hook = new { path = "/bin/true", args = new[] { "true", HookArgument } },
            when,
            stages = new[] { "createRuntime" },
        }));
        File.WriteAllText(SettingsPath(name), JsonSerializer.Serialize(new
        {
            runtime = Runtime,
            hooksDirs = new[] { rules },
            log = new { journald = false },
        }));
    }

    private string SettingsPath(string name) => Path.Combine(_root, $"{name}.settings.json");
}
