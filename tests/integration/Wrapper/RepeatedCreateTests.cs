using System.Globalization;
using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests repeated creates of a bundle: hooks are there once, and hooks of earlier rules are removed.</summary>
public sealed class RepeatedCreateTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public RepeatedCreateTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    [InlineData("restore")]
    public void Three_creates_inject_once(string command)
    {
        for (int i = 0; i < 3; i++)
        {
            _bench.AssertInjectedOnce(_bench.Run(command, "--bundle", _bench.Bundle, "c1"));
        }

        Assert.All(_bench.Calls, call => Assert.Equal(_bench.ConfigText, call.Config));
        _bench.AssertNothingLeftBehind();
    }

    /// <summary>The record says what was injected. Without it the wrapper would inject the same again.</summary>
    [Theory]
    [InlineData("mkdir config.json.ocihooks", "is a directory")]
    [InlineData("mkfifo config.json.ocihooks", "is not a regular file")]
    [InlineData("ln -s /dev/null config.json.ocihooks", "is not a regular file")]
    [InlineData("ln -s config.json.ocihooks config.json.ocihooks", "cannot be opened: too many levels of symbolic links")]
    [InlineData("{ cat ../record; head -c 17000000 /dev/zero | tr '\\0' ' '; } >config.json.ocihooks", "is larger than")]
    public void A_record_that_cannot_be_read_refuses_the_create(string script, string problem)
    {
        _bench.AssertInjectedOnce(_bench.Create());
        byte[] injected = File.ReadAllBytes(_bench.Config);
        File.Move(_bench.Record, Path.Combine(_bench.Root, "record"));
        _ = new Command("/bin/sh", "-ec", script) { WorkingDirectory = _bench.Bundle }.Run().EnsureSuccess();

        _bench.Create().AssertFailed(125, $"{_bench.Record}: {problem}", "what was injected before");

        _ = Assert.Single(_bench.Calls);
        Assert.Equal(injected, File.ReadAllBytes(_bench.Config));
    }

    [Fact]
    public void A_rule_added_changed_and_removed_is_followed()
    {
        string[] hooks = [Created("b.json", "poststop"), Created("b.json", "poststart"), Created("c.json", "poststart")];
        Assert.Equal(["createRuntime,poststop", "createRuntime,poststart", "createRuntime,poststart"], hooks);
        Assert.Equal(2, _bench.Hooks()["poststart"].Length);

        File.Delete(Path.Combine(_bench.Rules, "a.json"));
        File.Delete(Path.Combine(_bench.Rules, "b.json"));
        _bench.Create().AssertSilentSuccess();
        Assert.Equal("poststart", string.Join(',', _bench.Hooks().Keys));

        File.Delete(Path.Combine(_bench.Rules, "c.json"));
        _bench.Create().AssertSilentSuccess();
        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(_bench.Config));
        Assert.Equal([_bench.Config], Directory.GetFileSystemEntries(_bench.Bundle));

        string Created(string rule, string stage)
        {
            _bench.WriteRule(rule, WrapperBench.Rule(stage));
            _bench.Create().AssertSilentSuccess();
            return string.Join(',', _bench.Hooks().Keys);
        }
    }

    [Fact]
    public void A_configuration_that_the_engine_wrote_anew_gets_its_hooks_again()
    {
        _bench.Create().AssertSilentSuccess();
        File.WriteAllText(_bench.Config, """{"process":{"args":["/other"]},"x":"something else, and longer than what was there before"}""");

        _bench.AssertInjectedOnce(_bench.Create());
        _bench.AssertInjectedOnce(_bench.Create());

        Assert.StartsWith("""{"process":{"args":["/other"]},"x":"something""", _bench.ConfigText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".")]
    [InlineData(".annotations.added = \"x\"")]
    [InlineData("{hooks: .hooks, annotations: .annotations}")]
    [InlineData(".hooks.createRuntime += [{path: \"/bin/false\"}]")]
    [InlineData(".hooks.createRuntime |= [{path: \"/bin/false\"}] + .")]
    [InlineData(".hooks.poststop = [{path: \"/bin/false\"}]")]
    public void A_configuration_that_somebody_edited_has_the_hooks_once(string edit)
    {
        File.WriteAllText(_bench.Config, """{"hooks":{"createRuntime":[{"path":"/engine's"}]},"annotations":{"k":"v"}}""");
        _bench.Create().AssertSilentSuccess();
        File.WriteAllBytes(_bench.Config, new Command("jq", edit, _bench.Config).Run().EnsureSuccess().Output);

        for (int i = 0; i < 2; i++)
        {
            _bench.Create().AssertSilentSuccess();
            Assert.Single(_bench.Hooks()["createRuntime"], hook => hook.Contains("/bin/true", StringComparison.Ordinal));
            Assert.Single(_bench.Hooks()["createRuntime"], hook => hook.Contains("/engine's", StringComparison.Ordinal));
        }

        File.Delete(Path.Combine(_bench.Rules, "a.json"));
        _bench.Create().AssertSilentSuccess();
        Assert.DoesNotContain("/bin/true", _bench.ConfigText, StringComparison.Ordinal);
        Assert.Contains("/engine's", _bench.ConfigText, StringComparison.Ordinal);
        Assert.Equal(edit.Contains("/bin/false", StringComparison.Ordinal), _bench.ConfigText.Contains("/bin/false", StringComparison.Ordinal));
    }

    /// <summary>The engine may run the same program itself, because Podman reads the same directories.</summary>
    [Fact]
    public void A_hook_of_the_engine_s_that_is_like_a_rule_s_is_the_engine_s()
    {
        byte[] config = Encoding.UTF8.GetBytes("""{"hooks":{"createRuntime":[{"path":"/bin/true"}]}}""");
        File.WriteAllBytes(_bench.Config, config);
        _bench.Create().AssertSilentSuccess();
        Assert.Equal(2, _bench.Hooks()["createRuntime"].Length);

        // The engine restarts the container, and writes the configuration again.
        File.WriteAllBytes(_bench.Config, config);
        _bench.Create().AssertSilentSuccess();
        Assert.Equal(2, _bench.Hooks()["createRuntime"].Length);
    }

    [Fact]
    public void A_hook_of_the_engine_s_stays_when_a_rule_with_the_same_is_removed()
    {
        byte[] config = Encoding.UTF8.GetBytes("""{"hooks":{"createRuntime":[{"path":"/bin/true"}]}}""");
        File.WriteAllBytes(_bench.Config, config);
        _bench.Create().AssertSilentSuccess();
        File.WriteAllBytes(_bench.Config, config);
        File.Delete(Path.Combine(_bench.Rules, "a.json"));

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(Encoding.UTF8.GetString(config), _bench.ConfigText);
    }

    /// <summary>
    /// The name of a record outside of the bundle contains the configuration's inode, which another file may have later.
    /// </summary>
    [Fact]
    [Trait("Needs", "root")]
    public void A_record_of_another_file_with_the_same_inode_is_none()
    {
        File.WriteAllText(_bench.Config, """{"hooks":{"createRuntime":[{"path":"/bin/true"}]}}""");
        WithRecordOfAnotherFile(() =>
        {
            _bench.Create().AssertSilentSuccess();
            Assert.Equal(2, _bench.Hooks()["createRuntime"].Length);
        });
    }

    /// <summary>
    /// As in <see cref="A_record_of_another_file_with_the_same_inode_is_none"/>. What the file is concerns only the runtime.
    /// </summary>
    [Fact]
    [Trait("Needs", "root")]
    public void Without_rules_such_a_record_is_no_reason_to_read_the_configuration()
    {
        Directory.Delete(_bench.Rules, recursive: true);
        File.WriteAllText(_bench.Config, "{");
        WithRecordOfAnotherFile(() => _bench.Create().AssertSilentSuccess());
    }

    private void WithRecordOfAnotherFile(Action test)
    {
        string[] status = new Command("stat", "-c", "%d %i", _bench.Config).Run().EnsureSuccess().OutputText.Trim().Split(' ');
        ulong device = ulong.Parse(status[0], CultureInfo.InvariantCulture);
        ulong major = (device >> 8) & 0xfff;
        ulong minor = (device & 0xff) | ((device >> 12) & ~0xffUL);
        ulong inode = ulong.Parse(status[1], CultureInfo.InvariantCulture);
        string stale = string.Create(CultureInfo.InvariantCulture, $"/run/ocihooks/{(major << 32) | minor:x}-{inode:x}");
        _ = new Command("install", "-d", "-m", "700", "/run/ocihooks").Run().EnsureSuccess();
        File.WriteAllText(
            stale, """{"config":"L2I=","generations":[{"edits":[{"offset":0,"inserted":"eA=="}],"hooks":[{"stage":"createRuntime","before":0,"hook":{"path":"/bin/true"}}]}]}""");
        try
        {
            test();
        }
        finally
        {
            File.Delete(stale);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"generations":5}""")]
    [InlineData("""{"generations":[5]}""")]
    [InlineData("""{"generations":[{"edits":5}]}""")]
    [InlineData("""{"generations":[{"edits":[5]}]}""")]
    [InlineData("""{"generations":[{"hooks":["x"]}]}""")]
    [InlineData("""{"generations":[{"edits":[{"offset":-1,"inserted":""}]}]}""")]
    [InlineData("""{"generations":[{"edits":[{"offset":99999999999,"inserted":"YQ=="}]}]}""")]
    [InlineData("""{"generations":[{"edits":[{"offset":50,"inserted":""},{"offset":10,"inserted":""}]}]}""")]
    [InlineData("""{"generations":[{"edits":[{"offset":1,"removed":"!","inserted":"!"}]}]}""")]
    [InlineData("""{"generations":[{"other":1}]}""")]
    public void A_record_that_is_none_is_passed_over(string record)
    {
        File.WriteAllText(_bench.Record, record);

        _bench.AssertInjectedOnce(_bench.Create());
        _bench.AssertInjectedOnce(_bench.Create());
    }
}
