using System.Diagnostics;

namespace IntegrationTests.Fixture;

/// <summary>
/// A host for container engines within this one: mount, PID, network and IPC namespaces of its own. Engines keep state all over the
/// place (/run/containerd, bridges, iptables chains, mounts, shims that outlive their daemon), and whatever they leave dies with
/// the first process in here, which ends when the test's end of a pipe is closed: by <see cref="DisposeAsync"/>, or by the
/// death of the test. /etc is a writable overlay, so that the wrapper's default settings file can be tested; rules of the machine's packages
/// are not there, nor BPF objects that others have pinned.
/// </summary>
internal sealed class PrivateHost : IAsyncDisposable
{
    /// <summary>Without HOME, as systemd starts daemons.</summary>
    private static readonly Dictionary<string, string> s_environment = new()
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["LANG"] = "C.UTF-8",
        ["TERM"] = "xterm",
    };

    // A tmpfs holds the overlay's upper layer, for a test's directory may be on an overlay itself. crun may chown the /dev/null it is
    // given, and refuses the hybrid cgroup hierarchy. Podman takes each directory for a controller, also one that an unmounted hierarchy
    // has left: only those that are mounts are here. Root's Podmans keep their locks in one file in /dev/shm, those of containers that are
    // gone with their host too. The shell reaps orphans while it waits for cat.
    private const string SetUp = $$"""
        set -e
        ip link set lo up
        mkdir "$1/etc"
        mount -t tmpfs tmpfs "$1/etc"
        mkdir "$1/etc/upper" "$1/etc/work"
        mount -t overlay -o "lowerdir=/etc,upperdir=$1/etc/upper,workdir=$1/etc/work" overlay /etc
        rm -rf /etc/ocihooks
        mkdir /etc/ocihooks
        if [ -d /usr/share/containers/oci/hooks.d ]; then mount -t tmpfs -o mode=755 tmpfs /usr/share/containers/oci/hooks.d; fi
        mknod -m 666 "$1/etc/null" c 1 3
        mount --bind "$1/etc/null" /dev/null
        mount -t tmpfs -o mode=755 tmpfs /run
        mount -t tmpfs -o mode=1777 tmpfs /dev/shm
        {{PrivateBpf.Mount}}
        if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then
            mkdir "$1/cgroup"
            mount -t tmpfs -o mode=755 tmpfs "$1/cgroup"
            for entry in /sys/fs/cgroup/*; do
                if [ -h "$entry" ]; then
                    cp --no-dereference "$entry" "$1/cgroup"
                elif mountpoint -q "$entry" && [ "$entry" != /sys/fs/cgroup/unified ]; then
                    mkdir "$1/cgroup/${entry##*/}"
                    mount --bind "$entry" "$1/cgroup/${entry##*/}"
                fi
            done
            mount --move "$1/cgroup" /sys/fs/cgroup
        fi
        echo ready
        cat >/dev/null
        """;

    private readonly Process _first;
    private readonly List<Process> _daemons = [];

    public PrivateHost()
    {
        Root = Directory.CreateTempSubdirectory("ocihooks-").FullName;
        _first = StartProcess("unshare", "--mount", "--pid", "--net", "--ipc", "--fork", "--kill-child", "--mount-proc",
            "--propagation", "private", "sh", "-c", SetUp, "sh", Root);
        if (_first.StandardOutput.ReadLine() != "ready")
        {
            string reason = _first.StandardError.ReadToEnd();
            _first.Dispose();
            Directory.Delete(Root, recursive: true);
            throw new InvalidOperationException($"no private host: {reason}");
        }
    }

    /// <summary>A directory that has the same path inside and outside.</summary>
    public string Root { get; }

    /// <summary>Where the machine's hierarchies of cgroups are mounted.</summary>
    public static IEnumerable<string> CgroupHierarchies =>
        from line in File.ReadLines("/proc/self/mountinfo")
        let parts = line.Split(" - ", 2)
        where parts[1].StartsWith("cgroup", StringComparison.Ordinal)
        select parts[0].Split(' ')[4];

    /// <summary>The cgroup for everything in here, which is removed at the end; the hierarchy itself is the machine's.</summary>
    public string Cgroup => "/" + Path.GetFileName(Root);

    /// <summary>The wrapper's default settings file as it is in here.</summary>
    public string SettingsFile => Inside("/etc/ocihooks/config.json");

    /// <summary>A path of the host as seen from outside.</summary>
    public string Inside(string path) => $"/proc/{_first.Id}/root{path}";

    public Task<CommandResult> RunAsync(params IEnumerable<string> commandLine) => RunInAsync(Root, commandLine);

    public Task<CommandResult> RunInAsync(string directory, params IEnumerable<string> commandLine) =>
        Entering(directory, "", commandLine).RunAsync();

    public Task<CommandResult> RunWithInputAsync(string input, params IEnumerable<string> commandLine) =>
        Entering(Root, input, commandLine).RunAsync();

    /// <summary>Runs a shell script, whose arguments start at $1.</summary>
    public Task<CommandResult> ShellAsync(string script, params IEnumerable<string> arguments) =>
        RunAsync(["sh", "-c", script, "sh", .. arguments]);

    /// <summary>Runs a command on a terminal; its output comes with the terminal's line ends.</summary>
    public async Task<CommandResult> RunOnTerminalAsync(string typed, params IEnumerable<string> commandLine)
    {
        using var terminal = new Terminal();
        return await terminal.RunAsync(() => RunAsync(terminal.CommandLine(commandLine)), typed);
    }

    /// <summary>Starts a program that goes on until the host ends, its output going to a file.</summary>
    public void StartDaemon(string log, params IEnumerable<string> commandLine)
    {
        const string Redirected = "exec \"$@\" >>\"$0\" 2>&1 </dev/null";
        _daemons.Add(StartProcess("nsenter", [.. Namespaces(), "sh", "-c", Redirected, log, .. commandLine]));
    }

    /// <summary>
    /// Starts a daemon and waits until it answers. One that ends before it does is started again, a few times: dockerd gives up if its
    /// containerd takes more than some seconds to start.
    /// </summary>
    public Task StartServerAsync(string log, Func<Task<bool>> answers, params IReadOnlyList<string> commandLine)
    {
        const int MostStarts = 5;
        int starts = 0;
        return Eventually.TrueAsync(IsThereAsync, $"{commandLine[0]} answers");

        async Task<bool> IsThereAsync()
        {
            if (starts > 0 && await answers())
            {
                return true;
            }

            if (starts == 0 || _daemons[^1].HasExited)
            {
                if (starts++ == MostStarts)
                {
                    throw new InvalidOperationException($"{commandLine[0]} did not start:\n{File.ReadAllText(log)}");
                }

                StartDaemon(log, commandLine);
            }

            return false;
        }
    }

    /// <summary>Ends a program of the host, and waits until it has ended.</summary>
    /// <param name="pidFile">The file with its number in here.</param>
    public async Task StopDaemonAsync(string pidFile)
    {
        const string Stop = "pid=$(cat \"$1\"); kill \"$pid\"; while kill -0 \"$pid\" 2>/dev/null; do sleep 0.05; done";
        _ = (await ShellAsync(Stop, pidFile)).EnsureSuccess();
    }

    public async ValueTask DisposeAsync()
    {
        _first.StandardInput.Close();
        try
        {
            await _first.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (TimeoutException)
        {
            _first.Kill();
            await _first.WaitForExitAsync();
        }

        _first.Dispose();
        foreach (Process daemon in _daemons)
        {
            await daemon.WaitForExitAsync().WaitAsync(TestTimeout.Limit);
            daemon.Dispose();
        }

        foreach (string hierarchy in CgroupHierarchies)
        {
            RemoveCgroup(hierarchy + Cgroup);
        }

        // By a Command, which does not end with a test that is cancelled.
        _ = new Command("rm", "-rf", "--one-file-system", Root).Run().EnsureSuccess();
    }

    /// <summary>With default signals: CliWrap hands on which are ignored, as they are where the tests were started by nohup(1).</summary>
    private ExternalProgram Entering(string directory, string input, IEnumerable<string> commandLine) =>
        new("nsenter", [.. Namespaces(), "env", "--default-signal", "--chdir", directory, .. commandLine])
        {
            Environment = s_environment,
            Input = input,
        };

    private string[] Namespaces()
    {
        string of = $"/proc/{_first.Id}/ns";
        return [$"--mount={of}/mnt", $"--net={of}/net", $"--ipc={of}/ipc", $"--pid={of}/pid_for_children"];
    }

    /// <summary>Not by CliWrap: the first ends when its input is closed and the others with it, whatever becomes of the test.</summary>
    private static Process StartProcess(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in s_environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>The kernel lets go of a cgroup only a moment after its last process has died.</summary>
    private static void RemoveCgroup(string cgroup)
    {
        if (!Directory.Exists(cgroup))
        {
            return;
        }

        foreach (string child in Directory.GetDirectories(cgroup))
        {
            RemoveCgroup(child);
        }

        Eventually.True(() => TryRemove(cgroup), $"{cgroup} can be removed");
    }

    private static bool TryRemove(string directory)
    {
        try
        {
            Directory.Delete(directory);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
