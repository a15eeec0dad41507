using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests the options of oci-add-hooks. Its users change only the program's path.</summary>
public sealed class OciAddHooksTests : IDisposable
{
    private const string Existing = """{"hooks":{"prestart":[{"path":"/old1"}],"poststop":[{"path":"/old2"}]}}""";

    private readonly WrapperBench _bench = new();
    private readonly string _hooks;

    public OciAddHooksTests()
    {
        _hooks = Path.Combine(_bench.Root, "hooks.json");
        File.WriteAllText(_hooks, """{"hooks":{"prestart":[{"path":"/new1"},{"path":"/new2","args":["new2","-x"],"env":["A=b"],"timeout":0}],"poststart":[{"path":"/new3"}]}}""");
        File.WriteAllText(_bench.Config, Existing);
        _bench.WriteRule("a.json", WrapperBench.Rule());
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("--hook-config-path H --runtime-path R")]
    [InlineData("--hook-config-path=H --runtime-path=R")]
    [InlineData("-hook-config-path H -runtime-path R")]
    [InlineData("--runtime-path R --hook-config-path H")]
    [InlineData("--debug --hook-config-path H --root /r --runtime-path R")]
    public void The_hooks_are_put_first_and_no_rule_is_consulted(string options)
    {
        string[] words = [.. options.Split(' ').Select(Expand)];

        CommandResult result = _bench.Run([.. words.Select(word => (ByteString)word), "create", "--bundle", _bench.Bundle, "c1"]);

        result.AssertSilentSuccess();
        Assert.Equal(
            """{"hooks":{"prestart":[{"path":"/new1"},{"path":"/new2","args":["new2","-x"],"env":["A=b"],"timeout":0},{"path":"/old1"}],"poststop":[{"path":"/old2"}],"poststart":[{"path":"/new3"}]}}""",
            _bench.ConfigText);
        string[] kept = [.. options.Split(' ').Where(word => word is "--debug" or "--root" or "/r"), "create", "--bundle", _bench.Bundle, "c1"];
        Assert.Equal(kept, Assert.Single(_bench.Calls).Arguments[1..]);
    }

    [Fact]
    public void Three_creates_add_the_hooks_once()
    {
        Create().AssertSilentSuccess();
        string first = _bench.ConfigText;
        Create().AssertSilentSuccess();
        Create().AssertSilentSuccess();

        Assert.Equal(first, _bench.ConfigText);
    }

    [Fact]
    public void Rules_that_do_not_load_are_no_matter()
    {
        _bench.WriteRule("b.json", "{");
        Create().AssertSilentSuccess();
    }

    [Fact]
    public void Other_commands_do_not_read_the_file()
    {
        File.WriteAllText(_hooks, "{");

        _bench.Run("--hook-config-path", _hooks, "--runtime-path", Probes.Recorder, "state", "c1").AssertSilentSuccess();

        Assert.Equal([Probes.Recorder, "state", "c1"], Assert.Single(_bench.Calls).Arguments);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("{", "is not valid JSON")]
    [InlineData("[]", "must be an object")]
    [InlineData("""{"hooks":[]}""", "hooks is an array")]
    [InlineData("""{"hooks":{"prestart":{}}}""", "hooks.prestart is an object")]
    [InlineData("""{"hooks":{"prestart":[{}]}}""", "hooks.prestart[0].path is missing")]
    [InlineData("""{"hooks":{"prestart":[{"path":1}]}}""", "hooks.prestart[0].path is a number")]
    [InlineData("""{"hooks":{"poststop":[{"path":"/a"},{"path":"/a","timeout":"1"}]}}""", "hooks.poststop[1].timeout is a string")]
    public void A_file_that_is_none_is_refused(string text, string problem)
    {
        File.WriteAllText(_hooks, text);
        _bench.AssertRefused(Create(), 125, Encoding.UTF8.GetBytes(Existing), _hooks, problem);
    }

    [Fact]
    public void A_file_that_is_missing_is_refused()
    {
        File.Delete(_hooks);
        _bench.AssertRefused(Create(), 125, Encoding.UTF8.GetBytes(Existing), _hooks, "no such file or directory");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"hooks":null}""")]
    [InlineData("""{"hooks":{}}""")]
    [InlineData("""{"hooks":{"prestart":[],"poststop":null}}""")]
    public void A_file_without_hooks_changes_nothing(string text)
    {
        File.WriteAllText(_hooks, text);

        Create().AssertSilentSuccess();

        Assert.Equal(Existing, _bench.ConfigText);
    }

    [Fact]
    public void A_runtime_path_that_is_missing_is_127()
    {
        CommandResult result = _bench.Run("--hook-config-path", _hooks, "--runtime-path", "/nowhere/runc", "create", "--bundle", _bench.Bundle, "c1");

        _bench.AssertRefused(result, 127, Encoding.UTF8.GetBytes(Existing), "/nowhere/runc", "no such file");
    }

    [Theory]
    [InlineData("--hook-config-path")]
    [InlineData("--runtime-path")]
    [InlineData("--wrap-config")]
    [InlineData("--hook-config-path=")]
    public void An_option_without_its_value_is_named(string option) =>
        _bench.RunBare(_bench.Root, null, option).AssertFailed(125, option, "needs a value");

    [Fact]
    public void After_the_subcommand_the_options_are_the_runtime_s()
    {
        string[] arguments = ["create", "--bundle", _bench.Bundle, "--hook-config-path", _hooks, "--runtime-path=/nowhere", "--wrap-config", "x", "c1"];

        _bench.Run(arguments.Select(word => (ByteString)word)).AssertSilentSuccess();

        Assert.Equal([Probes.Recorder, .. arguments], Assert.Single(_bench.Calls).Arguments);
        Assert.DoesNotContain("/new1", _bench.ConfigText, StringComparison.Ordinal);
    }

    private CommandResult Create() =>
        _bench.Run("--hook-config-path", _hooks, "--runtime-path", Probes.Recorder, "create", "--bundle", _bench.Bundle, "c1");

    private string Expand(string word) => word switch
    {
        "H" => _hooks,
        "R" => Probes.Recorder,
        _ when word.EndsWith("=H", StringComparison.Ordinal) => word[..^1] + _hooks,
        _ when word.EndsWith("=R", StringComparison.Ordinal) => word[..^1] + Probes.Recorder,
        _ => word,
    };
}
