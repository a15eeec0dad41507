using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests that nothing in a user's mount, fuse(4), counts as root's. It can show any owner.</summary>
[Trait("Needs", "root")]
public sealed class UserMountTests : IAsyncDisposable
{
    private const string Nobody = "65534";

    /// <summary>A script that mounts rules. On its host everyone may mount for all users, as with user_allow_other.</summary>
    private const string MountRules = """
        set -e
        chmod 755 "$1"
        mknod -m 666 "$1/fuse" c 10 229
        mount --bind "$1/fuse" /dev/fuse
        echo user_allow_other >>/etc/fuse.conf
        mkdir "$1/source" "$1/rules"
        cat >"$1/source/a.json"
        chown "$2" "$1/source" "$1/rules"
        setpriv --reuid "$3" --regid "$3" --clear-groups \
            bindfs --force-user=root --force-group=root --perms=a=rX -o allow_other "$1/source" "$1/rules"
        """;

    private readonly PrivateHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(Nobody, 125)]
    [InlineData("0", 0)]
    public async Task Rules_that_a_user_has_mounted_are_refused_and_root_s_are_not(string user, int exitCode)
    {
        string rules = Path.Combine(_host.Root, "rules"), bundle = Path.Combine(_host.Root, "bundle");
        _ = (await _host.RunWithInputAsync(WrapperBench.Rule(), ["sh", "-c", MountRules, "sh", _host.Root, user, user])).EnsureSuccess();
        _ = Directory.CreateDirectory(bundle);
        File.WriteAllBytes(Path.Combine(bundle, "config.json"), WrapperBench.MinimalConfig);
        File.WriteAllText(_host.SettingsFile, $$$"""{"runtime":"/bin/true","hooksDirs":["{{{rules}}}"],"log":{"journald":false}}""");

        Assert.Contains("root root", (await _host.RunAsync("ls", "-l", rules)).OutputText, StringComparison.Ordinal);
        CommandResult result = await _host.RunAsync(Repository.Wrapper, "create", "--bundle", bundle, "c1");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(exitCode == 0, File.ReadAllText(Path.Combine(bundle, "config.json")).Contains("hooks", StringComparison.Ordinal));
        Assert.Equal(exitCode != 0, result.ErrorText.Contains($"that user {Nobody} mounted", StringComparison.Ordinal));
    }
}
