using System.Diagnostics;

namespace IntegrationTests.Fixture;

/// <summary>
/// A host for container engines within this one: private mount, PID, network and IPC namespaces. Engines keep state in many paths
/// (/run/containerd, bridges, iptables chains, mounts, shims that outlive their daemon). All of it dies with the host's first process,
/// which ends when the test's end of a pipe is closed: by <see cref="DisposeAsync"/>, or by the death of the test. /etc is a writable
/// overlay, so that tests can use the wrapper's default settings file. The rules of the machine's packages, and BPF objects that
/// others have pinned, are not visible.
/// </summary>
internal sealed class PrivateHost : IAsyncDisposable
{
    /// <summary>The environment, without HOME, as systemd starts daemons.</summary>
    private static readonly Dictionary<string, string> s_environment = new()
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["LANG"] = "C.UTF-8",
        ["TERM"] = "xterm",
    };

    // A tmpfs holds the overlay's upper layer, because a test's directory may be on an overlay itself. crun may chown its /dev/null, and
    // refuses the hybrid cgroup hierarchy. Podman uses each directory as a controller, even one left by an unmounted hierarchy, so only
    // mounts are visible here. Root's Podmans share one lock file in /dev/shm, which also keeps locks of containers that are gone with
    // their host. The shell reaps orphans while it waits for cat.
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

    /// <summary>The paths where the machine's cgroup hierarchies are mounted.</summary>
    public static IEnumerable<string> CgroupHierarchies =>
        from line in File.ReadLines("/proc/self/mountinfo")
        let parts = line.Split(" - ", 2)
        where parts[1].StartsWith("cgroup", StringComparison.Ordinal)
        select parts[0].Split(' ')[4];

    /// <summary>The cgroup of everything on this host. It is removed at the end. The hierarchy itself is the machine's.</summary>
    public string Cgroup => "/" + Path.GetFileName(Root);

    /// <summary>The path, from outside, of the wrapper's default settings file on this host.</summary>
    public string SettingsFile => Inside("/etc/ocihooks/config.json");

    /// <summary>Returns the path, from outside, of a file on this host.</summary>
    public string Inside(string path) => $"/proc/{_first.Id}/root{path}";

    public Task<CommandResult> RunAsync(params IEnumerable<string> commandLine) => RunInAsync(Root, commandLine);

    public Task<CommandResult> RunInAsync(string directory, params IEnumerable<string> commandLine) =>
        Entering(directory, "", commandLine).RunAsync();

    public Task<CommandResult> RunWithInputAsync(string input, params IEnumerable<string> commandLine) =>
        Entering(Root, input, commandLine).RunAsync();

    /// <summary>Runs a shell script, whose arguments start at $1.</summary>
    public Task<CommandResult> ShellAsync(string script, params IEnumerable<string> arguments) =>
        RunAsync(["sh", "-c", script, "sh", .. arguments]);

    /// <summary>Runs a command on a terminal. Its output has the terminal's line ends.</summary>
    public async Task<CommandResult> RunOnTerminalAsync(string typed, params IEnumerable<string> commandLine)
    {
        using var terminal = new Terminal();
        return await terminal.RunAsync(() => RunAsync(terminal.CommandLine(commandLine)), typed);
    }

    /// <summary>Starts a program that runs until the host ends. Its output goes to a file.</summary>
    public void StartDaemon(string log, params IEnumerable<string> commandLine)
    {
        const string Redirected = "exec \"$@\" >>\"$0\" 2>&1 </dev/null";
        _daemons.Add(StartProcess("nsenter", [.. Namespaces(), "sh", "-c", Redirected, log, .. commandLine]));
    }

    /// <summary>
    /// Starts a daemon and waits until it answers. Restarts a daemon that ends before that, a few times: dockerd exits if its containerd
    /// takes more than some seconds to start.
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

    /// <summary>Stops a program of the host, and waits until it has ended.</summary>
    /// <param name="pidFile">The file with its process ID on the host.</param>
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

        // By a Command, which does not end with a cancelled test.
        _ = new Command("rm", "-rf", "--one-file-system", Root).Run().EnsureSuccess();
    }

    /// <summary>
    /// Returns a program that runs on the host. It resets signals: CliWrap passes on ignored ones, as under nohup(1).
    /// </summary>
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

    /// <summary>Starts a process without CliWrap. The first one ends when its input is closed, whatever happens to the test.</summary>
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

    /// <summary>Removes a cgroup. The kernel allows it only a moment after the last process has died.</summary>
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
