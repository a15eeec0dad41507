using IntegrationTests.Engines;
using IntegrationTests.Fixture;
using IntegrationTests.Packaging;

namespace IntegrationTests.Systems;

/// <summary>
/// A Debian in a container: systemd as the first process, and a journal, an apt and a dockerd of its own. A few directories are those of
/// the test, too.
/// </summary>
internal sealed class DebianSystem
{
    public const string Image = "busybox";
    public const string DaemonFile = "/etc/docker/daemon.json";

    /// <summary>daemon.json as the administrator has it. With live-restore containers outlive the daemon.</summary>
    public const string DaemonText = "{\n    \"live-restore\":   true\n}\n";

    /// <summary>On a busy machine even a hook that does nothing may take long.</summary>
    private const string Settings = """{ "hookTimeout": 600 }""";

    /// <summary>Where the examples of the repository are.</summary>
    public const string Examples = "/srv/examples";

    /// <summary>Where the repository for apt is.</summary>
    private const string Packages = "/srv/packages";

    // Not --privileged: that takes capabilities that this machine may not have itself.
    private static readonly string[] s_privileges =
    [
        "--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE", "--device-cgroup-rule", "a *:* rwm", "--security-opt", "seccomp=unconfined",
        "--security-opt", "apparmor=unconfined", "--security-opt", "systempaths=unconfined",
    ];

    // An overlay on an overlay is none: Docker's own directories are volumes.
    private static readonly string[] s_places =
        ["--tmpfs", "/run:exec", "--tmpfs", "/tmp:exec", "--volume", "/var/lib/docker", "--volume", "/var/lib/containerd"];

    // New systemds know cgroups of version 2 only. Where the machine has version 1 and, beside it, a version 2 without controllers, a
    // cgroup in the latter is the whole of this system's. $1 is that cgroup, $2 daemon.json.
    private const string Boot = """
        set -e
        mkdir -p /etc/docker
        printf '%s' "$2" >/etc/docker/daemon.json
        echo 'deb [trusted=yes] file:/srv/packages ./' >/etc/apt/sources.list
        mount -o remount,rw /sys
        if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
            mount -o remount,rw /sys/fs/cgroup
            exec /sbin/init
        fi
        mkdir /run/whole
        mount -t cgroup2 cgroup2 /run/whole
        mkdir -p "/run/whole$1"
        echo $$ >"/run/whole$1/cgroup.procs"
        umount /run/whole
        umount -R /sys/fs/cgroup
        exec unshare --cgroup sh -c 'mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec /sbin/init'
        """;

    private readonly DockerDaemon _outer;
    private readonly string _name;
    private readonly string _repository;

    public DebianSystem(DockerDaemon outer, string suite)
    {
        _outer = outer;
        _name = suite;
        string own = Directory.CreateDirectory(outer.PathTo(suite)).FullName;
        Rules = Directory.CreateDirectory(Path.Combine(own, "hooks.d")).FullName;
        _repository = Directory.CreateDirectory(Path.Combine(own, "packages")).FullName;
        Log = new HookLog(Path.Combine(own, "log"));

        _ = Outer("import", SystemImage.Tar(suite), suite).EnsureSuccess();
        _ = Outer([
            "run", "--detach", "--tty", "--name", suite, "--hostname", suite, "--env", "container=docker", "--cgroupns", "private",
            .. s_privileges, .. s_places, "--volume", $"{Rules}:/etc/containers/oci/hooks.d", "--volume", $"{Log.Mount}:{Log.Mount}",
            "--volume", $"{_repository}:{Packages}", "--volume", $"{outer.PathTo("image.tar")}:/srv/image.tar:ro",
            "--volume", $"{Path.Combine(Repository.Root, "examples")}:{Examples}:ro",
            suite, "sh", "-c", Boot, "sh", $"{outer.Host.Cgroup}/{suite}", DaemonText,
        ]).EnsureSuccess();
        Eventually.True(() => Shell("docker version").ExitCode == 0, $"the dockerd of {suite} answers");
        _ = Shell($"docker import /srv/image.tar {Image}").EnsureSuccess();
    }

    /// <summary>The rules directory, as it is for the test.</summary>
    public string Rules { get; }

    /// <summary>What hooks note, in a directory that has the same path inside and outside.</summary>
    public HookLog Log { get; }

    /// <summary>Runs a shell script; its arguments start at $1.</summary>
    public CommandResult Shell(string script, params IEnumerable<string> arguments) =>
        Outer(["exec", _name, "sh", "-c", script, "sh", .. arguments]);

    public CommandResult Docker(params IEnumerable<string> arguments) => Shell("exec docker \"$@\"", arguments);

    /// <summary>Runs a container under the wrapper, in which hooks can write their log.</summary>
    public CommandResult DockerRun(params IEnumerable<string> arguments) =>
        Docker(["run", "--runtime", "hooked", "--volume", $"{Log.Mount}:{Log.Mount}", .. arguments]);

    /// <summary>Starts a container that runs on. Returns its full ID.</summary>
    public string DockerRunDetached(string name) =>
        DockerRun("--detach", "--name", name, Image, "sleep", "1000").EnsureSuccess().OutputText.Trim();

    public string Inspect(string container, string template) =>
        Docker("inspect", "--format", template, container).EnsureSuccess().OutputText.Trim();

    public string Read(string path) => Shell("cat \"$1\"", path).EnsureSuccess().OutputText;

    /// <summary>The journal's entries of the wrapper about a container, in their order.</summary>
    public IReadOnlyList<ILookup<string, string>> Journal(string container) => JournalEntry.ParseAll(Shell(
        "journalctl --sync; journalctl -t runc-wrap -o json --all --no-pager --quiet CONTAINER_ID=\"$1\"", container)
            .EnsureSuccess().OutputText);

    /// <summary>Adds a directory's packages to those that apt knows of.</summary>
    public void Publish(string directory)
    {
        AptRepository.AddAsync(directory, _repository).GetAwaiter().GetResult();
        _ = Apt("update").EnsureSuccess();
    }

    /// <summary>Runs apt-get with nobody there to answer: the settings are kept.</summary>
    public CommandResult Apt(params string[] arguments) =>
        Shell("DEBIAN_FRONTEND=noninteractive exec apt-get -y -o Dpkg::Options::=--force-confold \"$@\"", arguments);

    /// <summary>OciHooks is installed, in the version that is given, and registered; there are no containers and no rules.</summary>
    public void Reset()
    {
        const string Clear = """
            docker ps --all --quiet | xargs -r docker rm --force --volumes >/dev/null
            dpkg-query --show --showformat '${db:Status-Status} ${Version}' ocihooks 2>/dev/null
            true
            """;
        string installed = Shell(Clear).EnsureSuccess().OutputText;
        foreach (string rule in Directory.GetFiles(Rules))
        {
            File.Delete(rule);
        }

        Log.Clear();
        if (installed != $"installed {BuiltPackages.Version}")
        {
            Publish(BuiltPackages.HereAsync().GetAwaiter().GetResult());
            _ = Apt("install", "--allow-downgrades", $"ocihooks={BuiltPackages.Version}").EnsureSuccess();
        }

        _ = Shell("printf '%s\n' \"$1\" >/etc/ocihooks/config.json", Settings).EnsureSuccess();
        if (!Read(DaemonFile).Contains("runc-wrap", StringComparison.Ordinal))
        {
            _ = Answered.ByAsync(
                () => Task.FromResult(Shell("hookctl install docker")), () => Shell("hookctl uninstall docker --no-reload").EnsureSuccess())
                .GetAwaiter().GetResult().EnsureSuccess();
        }
    }

    private CommandResult Outer(params IEnumerable<string> arguments) => _outer.DockerAsync(arguments).GetAwaiter().GetResult();
}
