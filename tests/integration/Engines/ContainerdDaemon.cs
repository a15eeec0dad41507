using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>A containerd on a host of its own, spoken to with ctr.</summary>
public sealed class ContainerdDaemon : IDisposable
{
    public const string Image = "docker.io/library/busybox:test";

    public ContainerdDaemon()
    {
        try
        {
            Rules = Directory.CreateDirectory(PathTo("hooks.d")).FullName;
            Log = new HookLog(PathTo("log"));
            File.WriteAllText(PathTo("config.toml"), $"""
                version = 2
                root = "{PathTo("containerd")}"
                state = "/run/containerd-test"
                disabled_plugins = ["io.containerd.grpc.v1.cri"]
                [grpc]
                address = "{PathTo("containerd.sock")}"
                """);
            Host.StartDaemon(PathTo("containerd.log"), "containerd", "--config", PathTo("config.toml"));
            Eventually.True(() => Ctr("version").ExitCode == 0, "containerd answers");
            _ = Ctr("images", "import", BusyboxImage.MakeArchive(Host.Root, Image)).EnsureSuccess();
        }
        catch
        {
            Host.Dispose();
            throw;
        }
    }

    internal PrivateHost Host { get; } = new();

    internal string Rules { get; }

    internal HookLog Log { get; }

    /// <summary>ctr's namespace, after which containerd names the cgroup.</summary>
    private string Namespace => Host.Cgroup[1..];

    internal string PathTo(string name) => Path.Combine(Host.Root, name);

    internal CommandResult Ctr(params IEnumerable<string> arguments) => Host.Run(CommandLine(arguments).Select(word => (ByteString)word));

    internal string[] CommandLine(params IEnumerable<string> arguments) =>
        ["ctr", "--timeout", "2s", "--address", PathTo("containerd.sock"), "--namespace", Namespace, .. arguments];

    /// <summary>A run with the wrapper as the runtime; the settings are those of the default file.</summary>
    internal string[] RunArguments(string runtime, params IEnumerable<string> arguments)
    {
        File.WriteAllText(Host.SettingsFile, EngineSettings.Text(runtime, Rules));
        return ["run", "--runc-binary", Repository.Wrapper, "--mount", $"type=bind,src={Log.Mount},dst={Log.Mount},options=rbind:rw", .. arguments];
    }

    internal void Reset()
    {
        foreach (string rule in Directory.GetFiles(Rules))
        {
            File.Delete(rule);
        }

        Log.Clear();
    }

    public void Dispose() => Host.Dispose();
}
