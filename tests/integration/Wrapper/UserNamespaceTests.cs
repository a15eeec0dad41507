using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests which owners the wrapper trusts in a user namespace without the host's root, as RootlessKit makes it for rootless Docker: with the
/// user's own /etc in memory, which has links to the host's files.
/// </summary>
[Trait("Needs", "root")]
public sealed class UserNamespaceTests : IDisposable
{
    private const string User = "23455";
    private const string Other = "23456";

    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    public UserNamespaceTests()
    {
        _ = Executable.Copy(Repository.Wrapper, Inside("runc-wrap"));
        Shell($"chmod 755 .; mkdir -p etc/ocihooks/hooks.d srv bundle; chown {User}:{User} bundle; cp /bin/true srv/others; cp /bin/true srv/own");
        Shell($"cp /bin/true etc/hook; chown {Other} srv/others; chown {User} srv/own");
        File.WriteAllText(Inside("etc/ocihooks/config.json"), """{"runtime":"/bin/true","hooksDirs":["/etc/ocihooks/hooks.d"],"log":{"journald":false}}""");
        WriteRule("/bin/true");
    }

    private string Config => File.ReadAllText(Inside("bundle/config.json"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("/bin/true")]
    [InlineData("/etc/hook")]
    [InlineData("/srv/own")]
    public void What_is_roots_or_the_users_own_is_used(string hook)
    {
        WriteRule(hook);

        CommandResult result = Run("create --bundle \"$0/bundle\" c1");

        Assert.Equal(("", 0), (result.ErrorText, result.ExitCode));
        Assert.Contains($"\"{hook}\"", Config, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_users_program_is_refused()
    {
        WriteRule("/srv/others");

        CommandResult result = Run("create --bundle \"$0/bundle\" c1");

        result.AssertFailed(125, "\"/srv/others\" is not to be trusted: /srv/others belongs to a user that this user namespace does not map");
        Assert.Equal("{}", Config);
    }

    /// <summary>The directory is in memory but writable by everyone, as /tmp may be.</summary>
    [Fact]
    public void A_sticky_directory_of_the_hosts_root_is_everybodys()
    {
        using var memory = Mount.Memory(Inside("srv"), "mode=1777");
        Shell("cp /bin/true srv/hook");
        WriteRule("/srv/hook");

        Run("create --bundle \"$0/bundle\" c1").AssertFailed(125, "/srv/hook");
    }

    [Fact]
    public void Other_commands_find_the_runtime_of_the_settings()
    {
        CommandResult result = Run("--wrap-version");

        Assert.Equal("", result.ErrorText);
        Assert.Contains("runtime /bin/true", result.OutputText, StringComparison.Ordinal);
    }

    private string Inside(string name) => Path.Combine(_root, name);

    private void WriteRule(string hook)
    {
        File.WriteAllText(Inside("etc/ocihooks/hooks.d/a.json"), WrapperBench.Rule(path: hook));
        File.WriteAllText(Inside("bundle/config.json"), "{}");
        Shell($"chown {User}:{User} bundle/config.json");
    }

    private CommandResult Run(string command) => new Command(
        "setpriv", "--reuid", User, "--regid", User, "--clear-groups", "unshare", "--user", "--map-root-user", "--mount", "sh", "-ec",
        $"""
        mount --rbind "$0/srv" /srv
        mount --bind "$0/etc" /mnt
        mount -t tmpfs none /etc
        mkdir /etc/.ro
        mount --bind /mnt /etc/.ro
        ln -s .ro/ocihooks .ro/hook /etc
        exec "$0/runc-wrap" {command}
        """,
        _root)
    { WorkingDirectory = "/" }.Run();

    private void Shell(string script) => _ = new Command("/bin/sh", "-ec", script) { WorkingDirectory = _root }.Run().EnsureSuccess();
}
