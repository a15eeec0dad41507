using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.HookCtl;

/// <summary>Tests failures of inject and eject: they report the error, and the configuration stays unchanged.</summary>
public sealed class BundleFailureTests : IDisposable
{
    private readonly BundleBench _bench = new();

    public BundleFailureTests() => _bench.WriteRule();

    public static TheoryData<string[]> Misuses => new(
        [],
        ["--stage", "createRuntime"],
        ["--hook", "/h"],
        ["--hook", "/h", "--stage", "createruntime"],
        ["--hook", "/h", "--stage", "no-such"],
        ["--hook", "/h", "--stage"],
        ["--hook", "h", "--stage", "poststop"],
        ["--hook", "", "--stage", "poststop"],
        ["--hook", "/h", "--hook", "/i", "--stage", "poststop"],
        ["--hook", "/h", "--stage", "poststop", "--timeout", "0"],
        ["--hook", "/h", "--stage", "poststop", "--timeout", "-1"],
        ["--hook", "/h", "--stage", "poststop", "--timeout", "1.5"],
        ["--hook", "/h", "--stage", "poststop", "--timeout", "99999999999"],
        ["--hook", "/h", "--stage", "poststop", "--env", "novalue"],
        ["--hook", "/h", "--stage", "poststop", "--env", "=x"],
        ["--arg", "x"],
        ["--env", "A=b"],
        ["--timeout", "5"],
        ["--first"],
        ["--supervisor", "/usr/bin/runc-wrap"],
        ["--supervise", "--supervisor", "runc-wrap"],
        ["--dry-run", "--json"]);

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Misuses))]
    public void Misuse_is_told_and_nothing_is_done(string[] options)
    {
        CommandResult result = options is [] ? _bench.HookCtl.Run("inject", "") : _bench.Inject(options);

        Assert.Equal((2, ""), (result.ExitCode, result.OutputText));
        Assert.StartsWith("hookctl: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal([_bench.Config], Directory.GetFileSystemEntries(_bench.Bundle));
        Assert.Equal(BundleBench.MinimalConfig, _bench.ConfigText);
    }

    [Theory]
    [InlineData("inject")]
    [InlineData("eject")]
    public void A_bundle_must_be_there_and_hold_a_configuration(string command)
    {
        string empty = Directory.CreateDirectory(_bench.HookCtl.Inside("empty")).FullName;

        _bench.AssertFailed(_bench.HookCtl.Run(command, empty), BundleBench.MinimalConfig, $"{empty}/config.json: ", "no such file");
        _bench.AssertFailed(_bench.HookCtl.Run(command, "/no/such"), BundleBench.MinimalConfig, "/no/such: ", "no such file");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    public void A_broken_configuration_is_left_as_it_is(string config)
    {
        _bench.ConfigText = config;

        _bench.AssertFailed(_bench.Inject(), config, _bench.Config);
        _bench.AssertFailed(_bench.Eject(), config, _bench.Config);
        _bench.AssertFailed(_bench.Inject("--dry-run"), config, _bench.Config);
    }

    [Fact]
    public void Hooks_that_are_no_list_get_none()
    {
        const string config = """{"hooks":{"createRuntime":{}}}""";
        _bench.ConfigText = config;

        _bench.AssertFailed(_bench.Inject(), config, _bench.Config, "hooks.createRuntime");
        _bench.AssertFailed(_bench.Inject("--dry-run"), config, _bench.Config, "hooks.createRuntime");
    }

    [Fact]
    public void Broken_rules_inject_nothing()
    {
        _bench.HookCtl.WriteRule("b.json", "{");

        _bench.AssertFailed(_bench.Inject(), BundleBench.MinimalConfig, "the hook rules cannot be used: ", "b.json");
    }

    /// <summary>The wrapper refuses such a create too: a rule asks for the command of a container without one.</summary>
    [Fact]
    public void A_rule_that_cannot_be_decided_injects_nothing()
    {
        _bench.HookCtl.WriteRule("b.json", WrapperBench.Rule(when: """{"commands":["x"]}"""));
        const string config = """{"process":{"args":[]}}""";
        _bench.ConfigText = config;

        _bench.AssertFailed(_bench.Inject(), config, _bench.Config, "process.args is empty", "b.json");
    }

    [Fact]
    [Trait("Needs", "root")]
    public void A_read_only_bundle_stays_as_it_is_and_can_be_asked_about()
    {
        using Mount point = Mount.Bind(_bench.Bundle, _bench.Bundle);
        _ = new Command("mount", "-o", "remount,bind,ro", _bench.Bundle).Run().EnsureSuccess();

        _bench.AssertFailed(_bench.Inject(), BundleBench.MinimalConfig, _bench.Config, "read-only file system", "make the bundle writable");
        Assert.Contains("/bin/true", _bench.Inject("--dry-run").EnsureSuccess().OutputText, StringComparison.Ordinal);
        Assert.Equal("nothing was injected\n", _bench.Eject().EnsureSuccess().OutputText);
    }

    [Fact]
    [Trait("Needs", "root")]
    public void On_a_full_disk_it_stays_as_it_is()
    {
        using var disk = Mount.Memory(_bench.Bundle, "size=1m,nr_inodes=2");
        _bench.ConfigText = BundleBench.MinimalConfig;

        _bench.AssertFailed(_bench.Inject(), BundleBench.MinimalConfig, _bench.Bundle, "no space left on device");
        Assert.Equal([_bench.Config], Directory.GetFileSystemEntries(_bench.Bundle));
    }

    [Fact]
    public void A_limit_on_the_size_of_files_is_an_error()
    {
        _bench.AssertFailed(_bench.RunScript("ulimit -f 0", "inject", _bench.Bundle), BundleBench.MinimalConfig, "file too large");

        _ = _bench.Inject().EnsureSuccess();
        string injected = _bench.ConfigText;
        _bench.AssertFailed(_bench.RunScript("ulimit -f 0", "eject", _bench.Bundle), injected, "file too large");
        _ = _bench.Eject().EnsureSuccess();
        Assert.Equal(BundleBench.MinimalConfig, _bench.ConfigText);
    }

    [Theory]
    [InlineData("inject")]
    [InlineData("eject")]
    public async Task A_bundle_that_another_works_on_is_left_to_it(string command)
    {
        // This inject's precreate program waits for the end of its input, and then prints the input.
        string fifo = _bench.HookCtl.Inside("fifo");
        _ = new Command("mkfifo", fifo).Run().EnsureSuccess();
        _bench.HookCtl.WriteRule("waits.json", $$"""
            {"version":"ocihooks/1","when":{"always":true},"stages":["precreate"],
             "hook":{"path":"/bin/sh","args":["sh","-c","echo held >{{fifo}}; cat {{fifo}} >/dev/null; cat"],"timeout":600} }
            """);
        await using RunningProgram holder =
            new ExternalProgram(Repository.HookCtl, "inject", _bench.Bundle, "--config", _bench.HookCtl.SettingsFile).Start();
        Assert.Equal("held\n", new Command("cat", fifo).Run().OutputText);
        File.Delete(Path.Combine(_bench.HookCtl.Rules, "waits.json"));

        _bench.AssertFailed(_bench.HookCtl.Run(command, _bench.Bundle), BundleBench.MinimalConfig, _bench.Config, "locked", "try again");

        _ = new Command("sh", "-c", ": >\"$1\"", "sh", fifo).Run().EnsureSuccess();
        Assert.Equal(0, await holder.EndAsync());
        _ = _bench.HookCtl.Run(command, _bench.Bundle).EnsureSuccess();
    }
}
