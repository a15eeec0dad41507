using System.Text.Json.Nodes;
using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl eject</c>.</summary>
public sealed class EjectTests : IDisposable
{
    private readonly BundleBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("eject.txt")]
    [InlineData("eject.json", "--json")]
    public void It_tells_each_hook_that_it_took_out(string golden, params string[] options)
    {
        _bench.WriteRule("a.json");
        _bench.WriteRule("b.json", "startContainer", "/bin/false", "false", "--now");
        _ = _bench.Inject("--supervise", "--supervisor", "/usr/bin/runc-wrap").EnsureSuccess();

        CommandResult result = _bench.Eject(options);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        _bench.HookCtl.AssertGolden(golden, result.OutputText);
        Assert.Equal(BundleBench.MinimalConfig, _bench.ConfigText);
        Assert.False(File.Exists(_bench.Record));
    }

    [Fact]
    public void What_was_never_injected_into_is_left_alone()
    {
        _bench.ConfigText = """{"hooks":{"createRuntime":[{"path":"/bin/true"}]}}""";
        string before = _bench.Listing;

        CommandResult result = _bench.Eject();

        Assert.Equal((0, "", "nothing was injected\n"), (result.ExitCode, result.ErrorText, result.OutputText));
        Assert.Equal(before, _bench.Listing);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_create_of_the_wrapper_injected_is_taken_out(bool supervised)
    {
        using var wrapper = new WrapperBench();
        wrapper.Set("supervise", supervised);
        wrapper.WriteRule("a.json", WrapperBench.Rule());
        wrapper.Create().AssertSilentSuccess();

        CommandResult result = new Command(Repository.HookCtl, "eject", wrapper.Bundle, "--config", wrapper.SettingsFile).Run();

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.StartsWith("took out createRuntime /bin/true", result.OutputText, StringComparison.Ordinal);
        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(wrapper.Config));
        Assert.False(File.Exists(wrapper.Record));
    }

    [Theory]
    [InlineData(".annotations.more = \"x\"", """{"createRuntime":[{"path":"/own"}]}""")]
    [InlineData(".hooks.createRuntime += [{path: \"/others\"}]", """{"createRuntime":[{"path":"/own"},{"path":"/others"}]}""")]
    [InlineData(".hooks.createRuntime = [{path: \"/bin/true\", timeout: 7}] + .hooks.createRuntime",
        """{"createRuntime":[{"path":"/bin/true","timeout":7},{"path":"/own"}]}""")]
    [InlineData(".hooks.poststop = [{path: \"/bin/true\"}]", """{"createRuntime":[{"path":"/own"}],"poststop":[{"path":"/bin/true"}]}""")]
    public void What_others_patched_in_between_is_kept(string edit, string hooks)
    {
        _bench.ConfigText = """{"annotations":{"k":"v"},"hooks":{"createRuntime":[{"path":"/own"}]}}""";
        _bench.WriteRule();
        _ = _bench.Inject().EnsureSuccess();
        string injected = _bench.ConfigText;
        File.WriteAllBytes(_bench.Config, new Command("jq", edit, _bench.Config).Run().EnsureSuccess().Output);
        JsonNode expected = JsonNode.Parse(_bench.ConfigText)!;
        expected["hooks"] = JsonNode.Parse(hooks);

        CommandResult result = _bench.Eject();

        Assert.Equal((0, "took out createRuntime /bin/true\n"), (result.ExitCode, result.OutputText));
        Assert.NotEqual(injected, _bench.ConfigText);
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(_bench.ConfigText)), _bench.ConfigText);
        Assert.False(File.Exists(_bench.Record));
    }

    /// <summary>One of the two injected hooks is already gone.</summary>
    [Fact]
    public void Only_what_is_still_there_is_told()
    {
        _bench.WriteRule("a.json");
        _bench.WriteRule("b.json", "poststop", "/bin/false");
        _ = _bench.Inject().EnsureSuccess();
        File.WriteAllBytes(_bench.Config, new Command("jq", "del(.hooks.createRuntime)", _bench.Config).Run().EnsureSuccess().Output);

        Assert.Equal("took out poststop /bin/false\n", _bench.Eject().EnsureSuccess().OutputText);
    }

    [Fact]
    public void A_record_of_what_others_took_out_is_forgotten()
    {
        _bench.WriteRule();
        _ = _bench.Inject().EnsureSuccess();
        _bench.ConfigText = BundleBench.MinimalConfig;

        Assert.Equal("nothing was injected\n", _bench.Eject().EnsureSuccess().OutputText);
        Assert.Equal([_bench.Config], Directory.GetFileSystemEntries(_bench.Bundle));
    }
}
