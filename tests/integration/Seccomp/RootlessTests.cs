using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>
/// Tests containers of a user without root, who may not load eBPF programs. They start without a recording, and the user learns why.
/// </summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class RootlessTests : IAsyncLifetime
{
    private const int User = 1500;

    /// <summary>A script that makes a user with a home and subordinate IDs for containers, and opens the programs to the user.</summary>
    private const string MakeUser = """
        set -e
        chmod 755 "$1"
        grep -q "^recorded:" /etc/passwd || {
            echo "recorded:x:$2:$2::$3:/bin/sh" >>/etc/passwd
            echo "recorded:x:$2:" >>/etc/group
            echo recorded:200000:65536 | tee -a /etc/subuid >>/etc/subgid
        }
        mkdir -p "/run/user/$2" "$3" "$7"
        cp "$4" "$5" "$6" "$7"
        chown -R "$2:$2" "$3" "/run/user/$2"
        chmod 700 "/run/user/$2"
        """;

    private readonly SeccompHost _shared;
    private readonly string _home;

    public RootlessTests(SeccompHost shared)
    {
        _shared = shared;
        _home = Path.Combine(shared.Host.Root, "home-" + Guid.NewGuid().ToString("N"));
    }

    public async ValueTask InitializeAsync() => _ = (await _shared.Host.ShellAsync(
        MakeUser, _shared.Host.Root, $"{User}", _home, Repository.SeccompRecorder, Repository.Wrapper,
        Repository.HookCtl, Programs)).EnsureSuccess();

    /// <summary>A user's namespace does not map root, so only root's own directories, such as /etc, are trusted.</summary>
    private string Programs => "/etc/" + Path.GetFileName(_home);

    private static string Rules => "/etc/ocihooks/hooks.d";

    private string Recorder => Reachable(Repository.SeccompRecorder);

    public async ValueTask DisposeAsync() =>
        _ = await _shared.Host.ShellAsync("rm -rf --one-file-system \"$1\" \"$2\" /etc/ocihooks/*", _home, Programs);

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Podman_starts_the_container_of_a_rule_and_says_why_it_is_not_recorded(string runtime)
    {
        SkipWithoutUserNamespaces();
        _ = (await _shared.Host.RunAsync("mkdir", "-p", Rules)).EnsureSuccess();
        File.WriteAllText(_shared.Host.SettingsFile, EngineSettings.Text(runtime, Rules));
        _ = (await _shared.Host.RunAsync(Repository.HookCtl, "seccomp", "record", "--image", "*", "--as", "app", "--recorder", Recorder))
            .EnsureSuccess();
        string image = await BusyboxImage.MakeTarAsync(_home);
        _ = (await _shared.Host.ShellAsync("chmod 644 \"$1\"", image)).EnsureSuccess();
        _ = (await PodmanAsync("import", image, "busybox:test")).EnsureSuccess();
        CommandResult result = (await PodmanAsync(
            "run", "--rm", "--network", "none", "--log-driver", "k8s-file", "busybox:test", "sh", "-c", "mkdir /made; ls / | sort"))
            .EnsureSuccess();
        Assert.Contains("made\n", result.OutputText, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_home, ".local", "state", "ocihooks")));
        CommandResult show = (await AsUserAsync([Reachable(Repository.HookCtl), "seccomp", "show"])).EnsureSuccess();
        Assert.StartsWith("nothing was recorded, and nothing can be on this machine: ", show.OutputText, StringComparison.Ordinal);
        Assert.Contains("run it as root", show.OutputText, StringComparison.Ordinal);
    }

    private string Reachable(string program) => Path.Combine(Programs, Path.GetFileName(program));

    private Task<CommandResult> PodmanAsync(params string[] arguments) => AsUserAsync(
    [
        "podman", "--runtime", Reachable(Repository.Wrapper), "--storage-driver", "vfs",
        "--cgroup-manager", "cgroupfs", "--events-backend", "file", .. arguments,
    ]);

    private Task<CommandResult> AsUserAsync(IEnumerable<string> commandLine) => _shared.Host.RunInAsync(_home,
    [
        "setpriv", "--reuid", $"{User}", "--regid", $"{User}", "--clear-groups",
        "env", $"HOME={_home}", $"XDG_RUNTIME_DIR=/run/user/{User}",
        .. commandLine,
    ]);

    private static void SkipWithoutUserNamespaces()
    {
        CommandResult result = new Command("setpriv", "--reuid", $"{User}", "--regid", $"{User}", "--clear-groups", "unshare", "--user", "true").Run();
        Assert.SkipWhen(result.ExitCode != 0, $"users without root can make no user namespaces (CONFIG_USER_NS): {result.ErrorText}");
    }
}
