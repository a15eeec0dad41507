using System.Text;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;
using IntegrationTests.Engines;
using IntegrationTests.Fixture;
using IntegrationTests.Packaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntegrationTests.Systems;

/// <summary>
/// A Debian in a container: systemd as the first process, and its own journal, apt and dockerd. It shares a few directories with the
/// test.
/// </summary>
internal sealed class DebianSystem
{
    public const string Image = "busybox";
    public const string DaemonFile = "/etc/docker/daemon.json";

    /// <summary>The administrator's daemon.json. With live-restore containers outlive the daemon.</summary>
    public const string DaemonText = "{\n    \"live-restore\":   true\n}\n";

    /// <summary>The settings. On a busy machine even a hook that does nothing may take long.</summary>
    private const string Settings = """{ "hookTimeout": 600 }""";

    /// <summary>The directory with the repository's examples.</summary>
    public const string Examples = "/srv/examples";

    /// <summary>The directory with the repository for apt.</summary>
    private const string Packages = "/srv/packages";

    // New versions of systemd know only cgroups of version 2. If the machine has version 1 and also a version 2 without controllers, the
    // root of this system's hierarchy is a cgroup in the latter. $1 is that cgroup, $2 daemon.json.
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

    private readonly IContainer _container;
    private readonly string _repository;

    private DebianSystem(DockerDaemon outer, string suite)
    {
        string own = Directory.CreateDirectory(outer.PathTo(suite)).FullName;
        Rules = Directory.CreateDirectory(Path.Combine(own, "hooks.d")).FullName;
        _repository = Directory.CreateDirectory(Path.Combine(own, "packages")).FullName;
        Log = new HookLog(Path.Combine(own, "log"));

        // An overlay on an overlay does not work, so Docker's own directories are volumes. All of it ends with the daemon. Testcontainers
        // must not clean up: it would start a container of an image that does not exist here.
        _container = new ContainerBuilder(suite)
            .WithDockerEndpoint(new OuterDocker(outer.PathTo("docker.sock")))
            .WithImagePullPolicy(PullPolicy.Never)
            .WithCleanUp(false)
            .WithLogger(NullLogger.Instance)
            .WithName(suite)
            .WithHostname(suite)
            .WithEnvironment("container", "docker")
            .WithVolumeMount($"{suite}-docker", "/var/lib/docker")
            .WithVolumeMount($"{suite}-containerd", "/var/lib/containerd")
            .WithBindMount(Rules, "/etc/containers/oci/hooks.d")
            .WithBindMount(Log.Mount, Log.Mount)
            .WithBindMount(_repository, Packages)
            .WithBindMount(outer.PathTo("image.tar"), "/srv/image.tar", AccessMode.ReadOnly)
            .WithBindMount(Path.Combine(Repository.Root, "examples"), Examples, AccessMode.ReadOnly)
            .WithCommand("sh", "-c", Boot, "sh", $"{outer.Host.Cgroup}/{suite}", DaemonText)
            .WithCreateParameterModifier(SetPrivileges)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted("docker version", wait => wait.WithTimeout(TestTimeout.Limit)))
            .Build();
    }

    /// <summary>Starts a suite's system, which ends with its outer daemon.</summary>
    public static async Task<DebianSystem> StartAsync(DockerDaemon outer, string suite)
    {
        _ = (await outer.DockerAsync("import", SystemImage.Tar(suite), suite)).EnsureSuccess();
        var system = new DebianSystem(outer, suite);
        await system._container.StartAsync(TestContext.Current.CancellationToken);
        _ = (await system.ShellAsync($"docker import /srv/image.tar {Image}")).EnsureSuccess();
        return system;
    }

    /// <summary>The rules directory, as the test sees it.</summary>
    public string Rules { get; }

    /// <summary>The log of hooks, in a directory that has the same path inside and outside.</summary>
    public HookLog Log { get; }

    /// <summary>Runs a shell script. Its arguments start at $1. The result has no process ID.</summary>
    public async Task<CommandResult> ShellAsync(string script, params IEnumerable<string> arguments)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        ExecResult result = await _container.ExecAsync(["sh", "-c", script, "sh", .. arguments], token).WaitAsync(TestTimeout.Limit, token);
        return new CommandResult(
            0, (int?)result.ExitCode, null, Encoding.UTF8.GetBytes(result.Stdout), Encoding.UTF8.GetBytes(result.Stderr));
    }

    public Task<CommandResult> DockerAsync(params IEnumerable<string> arguments) => ShellAsync("exec docker \"$@\"", arguments);

    /// <summary>Runs a container under the wrapper. Hooks can write their log in it.</summary>
    public Task<CommandResult> DockerRunAsync(params IEnumerable<string> arguments) =>
        DockerAsync(["run", "--runtime", "hooked", "--volume", $"{Log.Mount}:{Log.Mount}", .. arguments]);

    /// <summary>Starts a container that keeps running. Returns its full ID.</summary>
    public async Task<string> DockerRunDetachedAsync(string name) =>
        (await DockerRunAsync("--detach", "--name", name, Image, "sleep", "1000")).EnsureSuccess().OutputText.Trim();

    public async Task<string> InspectAsync(string container, string template) =>
        (await DockerAsync("inspect", "--format", template, container)).EnsureSuccess().OutputText.Trim();

    public async Task<string> ReadAsync(string path) => (await ShellAsync("cat \"$1\"", path)).EnsureSuccess().OutputText;

    /// <summary>Returns the wrapper's journal entries about a container, in order.</summary>
    public async Task<IReadOnlyList<ILookup<string, string>>> JournalAsync(string container)
    {
        const string Query = "journalctl --sync; journalctl -t runc-wrap -o json --all --no-pager --quiet CONTAINER_ID=\"$1\"";
        return JournalEntry.ParseAll((await ShellAsync(Query, container)).EnsureSuccess().OutputText);
    }

    /// <summary>Adds a directory's packages to apt's repository.</summary>
    public async Task PublishAsync(string directory)
    {
        await AptRepository.AddAsync(directory, _repository);
        _ = (await AptAsync("update")).EnsureSuccess();
    }

    /// <summary>Runs apt-get without questions. It keeps the settings.</summary>
    public Task<CommandResult> AptAsync(params string[] arguments) =>
        ShellAsync("DEBIAN_FRONTEND=noninteractive exec apt-get -y -o Dpkg::Options::=--force-confold \"$@\"", arguments);

    /// <summary>Removes containers and rules, and makes sure that OciHooks is installed in the version built here and registered.</summary>
    public async Task ResetAsync()
    {
        const string Clear = """
            docker ps --all --quiet | xargs -r docker rm --force --volumes >/dev/null
            dpkg-query --show --showformat '${db:Status-Status} ${Version}' ocihooks 2>/dev/null
            true
            """;
        string installed = (await ShellAsync(Clear)).EnsureSuccess().OutputText;
        foreach (string rule in Directory.GetFiles(Rules))
        {
            File.Delete(rule);
        }

        Log.Clear();
        if (installed != $"installed {BuiltPackages.Version}")
        {
            await PublishAsync(await BuiltPackages.HereAsync());
            _ = (await AptAsync("install", "--allow-downgrades", $"ocihooks={BuiltPackages.Version}")).EnsureSuccess();
        }

        _ = (await ShellAsync("printf '%s\n' \"$1\" >/etc/ocihooks/config.json", Settings)).EnsureSuccess();
        if (!(await ReadAsync(DaemonFile)).Contains("runc-wrap", StringComparison.Ordinal))
        {
            CommandResult result = await Answered.ByAsync(
                () => ShellAsync("hookctl install docker"),
                async () => _ = (await ShellAsync("hookctl uninstall docker --no-reload")).EnsureSuccess());
            _ = result.EnsureSuccess();
        }
    }

    // Not Privileged, which needs capabilities that this machine may lack. Testcontainers' own tmpfs does not allow programs to be
    // executed.
    private static void SetPrivileges(CreateContainerParameters parameters)
    {
        HostConfig host = parameters.HostConfig!;
        host.CapAdd = ["ALL"];
        host.CapDrop = ["SYS_RESOURCE"];
        host.DeviceCgroupRules = ["a *:* rwm"];
        host.SecurityOpt = ["seccomp=unconfined", "apparmor=unconfined"];
        host.MaskedPaths = [];
        host.ReadonlyPaths = [];
        host.CgroupnsMode = "private";
        host.Tmpfs = new Dictionary<string, string> { ["/run"] = "exec", ["/tmp"] = "exec" };
        parameters.Tty = true;
    }
}
