using System.Text.Json;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests the path of the record of injected hooks for a bundle that cannot hold it. Hooks are injected once, or the create is refused.
/// </summary>
[Trait("Needs", "root")]
public sealed class RecordPlaceTests : IDisposable
{
    /// <summary>A script that makes a read-only bundle with a writable configuration, which is written in place.</summary>
    private const string ReadOnlyBundle = """
        cp bundle/config.json config.json
        mount --bind "$PWD/bundle" "$PWD/bundle"
        mount --bind config.json bundle/config.json
        mount -o remount,ro,bind "$PWD/bundle"
        """;

    private readonly WrapperBench _bench = new();

    public RecordPlaceTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    /// <summary>An older recorder made the directory readable for everyone.</summary>
    [Theory]
    [InlineData("install -d -m 755 /run/ocihooks")]
    [InlineData("install -d -m 700 /run/ocihooks")]
    [InlineData("true")]
    public void Whoever_made_the_directory_hooks_are_there_once(string first)
    {
        _bench.RunWithMounts($"""
            set -e
            mount -t tmpfs -o mode=755 none /run
            {first}
            {ReadOnlyBundle}
            "$@"; "$@"; exec "$@"
            """, "create", "--bundle", _bench.Bundle, "c1").AssertSilentSuccess();

        string[] hooks = [.. _bench.Calls.Select(call => JsonDocument.Parse(call.Config!).RootElement.GetProperty("hooks").GetRawText())];
        Assert.Equal(Enumerable.Repeat("""{"createRuntime":[{"path":"/bin/true"}]}""", 3), hooks);
    }

    [Theory]
    [InlineData("a directory of another user's", "mount -t tmpfs -o mode=755 none /run; install -d -o 65534 /run/ocihooks")]
    [InlineData("one that all may write", "mount -t tmpfs -o mode=755 none /run; mkdir /run/ocihooks; chmod 777 /run/ocihooks")]
    [InlineData("a file", "mount -t tmpfs -o mode=755 none /run; touch /run/ocihooks")]
    public void Where_it_can_be_noted_nowhere_the_create_is_refused(string what, string script)
    {
        Assert.NotEmpty(what);
        CommandResult result = _bench.RunWithMounts($"set -e\n{script}\n{ReadOnlyBundle}\nexec \"$@\"", "create", "--bundle", _bench.Bundle, "c1");

        _bench.AssertRefused(
            result, 125, WrapperBench.MinimalConfig, _bench.Record, "read-only file system", "/run/ocihooks/", "root alone may write", "inject it again");
        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(Path.Combine(_bench.Root, "config.json")));
    }

    /// <summary>A record cannot be next to it, so nothing was injected.</summary>
    [Fact]
    public void A_configuration_with_the_longest_name_is_passed_on_as_it_is()
    {
        string config = Path.Combine(_bench.Bundle, new string('x', 250) + ".json");
        File.Move(_bench.Config, config);
        File.Delete(Path.Combine(_bench.Rules, "a.json"));

        _bench.Run("create", "--config", config, "--bundle", _bench.Bundle, "c1").AssertSilentSuccess();

        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(config));
    }

    /// <summary>
    /// If /run is not writable either, as for root of a user namespace, the record goes to the login's directory or to /tmp.
    /// </summary>
    [Fact]
    public void Where_run_is_read_only_hooks_are_there_once()
    {
        _bench.RunWithMounts($"""
            set -e
            mount -t tmpfs -o mode=755 none /run
            mount -o remount,ro /run
            {ReadOnlyBundle}
            "$@"; "$@"; exec "$@"
            """, "create", "--bundle", _bench.Bundle, "c1").AssertSilentSuccess();

        Assert.Equal(3, _bench.Calls.Count);
        Assert.All(_bench.Calls, call => Assert.Equal(
            """{"createRuntime":[{"path":"/bin/true"}]}""", JsonDocument.Parse(call.Config!).RootElement.GetProperty("hooks").GetRawText()));
    }
}
