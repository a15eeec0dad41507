using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests rule files that are broken, strange or not files. A create is refused, and reports each of them.</summary>
public sealed class RuleFileTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public void Dispose() => _bench.Dispose();

    /// <summary>Broken rules by name. Test data would be printed byte by byte at discovery.</summary>
    private static readonly Dictionary<string, (byte[] Text, string Problem)> s_broken = new(StringComparer.Ordinal)
    {
        ["empty"] = (""u8.ToArray(), "is empty"),
        ["blank"] = (" \n"u8.ToArray(), "is empty"),
        ["an open brace"] = ("{"u8.ToArray(), "is not valid JSON"),
        ["no end"] = (
            """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["poststop"]"""u8.ToArray(),
            "is not valid JSON"),
        ["an end too many"] = (
            """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["poststop"]}}"""u8.ToArray(),
            "is not valid JSON"),
        ["a byte order mark"] = ([0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(WrapperBench.Rule())], "byte order mark"),
        ["UTF-16"] = ([0xff, 0xfe, .. Encoding.Unicode.GetBytes(WrapperBench.Rule())], "is not valid JSON"),
        ["deep"] = (Encoding.UTF8.GetBytes(Nested(20_000)), "is not valid JSON"),
        ["large"] = (Encoding.UTF8.GetBytes(WrapperBench.Rule() + new string(' ', 5 * 1024 * 1024)), "larger"),
        ["a list"] = ("[]"u8.ToArray(), "must be an object"),
        ["another version"] = ("""{"version":"2.0.0"}"""u8.ToArray(), "version"),
        ["a path that is a number"] = (
            """{"version":"1.0.0","hook":{"path":1},"when":{"always":true},"stages":["poststop"]}"""u8.ToArray(),
            "hook.path"),
        ["an unknown stage"] = (
            """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["never"]}"""u8.ToArray(),
            "stages[0]"),
        ["a pattern that is none"] = (
            """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"commands":["("]},"stages":["poststop"]}"""u8.ToArray(),
            "when.commands[0]"),
        ["a path through a file"] = (
            """{"version":"1.0.0","hook":{"path":"/bin/true/x"},"when":{"always":true},"stages":["poststop"]}"""u8.ToArray(),
            "hook.path"),
        ["a path with a NUL"] = (
            """{"version":"1.0.0","hook":{"path":"/bin/\u0000"},"when":{"always":true},"stages":["poststop"]}"""u8.ToArray(),
            "hook.path"),
    };

    public static TheoryData<string> Broken => [.. s_broken.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_rule_refuses_the_create(string what)
    {
        (byte[] text, string problem) = s_broken[what];
        _bench.WriteRule("a.json", WrapperBench.Rule());
        string rule = Path.Combine(_bench.Rules, "broken.json");
        File.WriteAllBytes(rule, text);

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, rule, problem);
    }

    [Theory]
    [InlineData("directory", "mkdir x.json", "is a directory")]
    [InlineData("FIFO", "mkfifo x.json", "is not a regular file")]
    [InlineData("FIFO by a link", "mkfifo y; ln -s y x.json", "is not a regular file")]
    [InlineData("device", "ln -s /dev/zero x.json", "is not a regular file")]
    [InlineData("terminal", "ln -s /dev/tty x.json", "x.json")]
    [InlineData("null device", "ln -s /dev/null x.json", "is not a regular file")]
    [InlineData("link to itself", "ln -s x.json x.json", "too many levels of symbolic links")]
    [InlineData("link through a file", "touch y; ln -s y/z x.json", "not a directory")]
    public void What_is_no_file_refuses_the_create(string what, string script, string problem)
    {
        Assert.NotEmpty(what);
        Shell(script);
        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, Path.Combine(_bench.Rules, "x.json"), problem);
    }

    [Fact]
    public void A_socket_refuses_the_create()
    {
        string path = Path.Combine(_bench.Rules, "x.json");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Dgram, 0);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, path);
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_no_rule()
    {
        Shell("ln -s nowhere x.json");
        _bench.WriteRule("a.json", WrapperBench.Rule());

        _bench.AssertInjectedOnce(_bench.Create());
    }

    [Fact]
    public void Nested_as_deep_as_Go_reads_it_is_a_rule()
    {
        _bench.WriteRule("a.json", Nested(9_999));
        _bench.AssertInjectedOnce(_bench.Create());
    }

    [Fact]
    public void All_broken_rules_and_fields_are_named_in_one_message()
    {
        string second = Directory.CreateDirectory(Path.Combine(_bench.Root, "second.d")).FullName;
        _bench.Set("hooksDirs", new JsonArray(_bench.Rules, second, Path.Combine(_bench.Rules, "e.json")));
        _bench.WriteRule("a.json", "{");
        _bench.WriteRule("b.json", """{"version":"1.0.0","hook":{"path":"/bin/true","timeout":1.5,"args":"x"},"when":{"always":1},"stages":"x"}""");
        _bench.WriteRule("c.json", """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"commands":["ok","("],"annotations":{"k":"[","(":"v"}},"stages":["poststop","never"]}""");
        _bench.WriteRule("d.json", WrapperBench.Rule());
        _bench.WriteRule("e.json", """{"hook":"/bin/true","stage":["poststop"],"stages":["poststop"],"cmd":[],"cmds":["("]}""");
        File.WriteAllText(Path.Combine(second, "a.json"), "");

        _bench.AssertRefused(
            _bench.Create(), 125, WrapperBench.MinimalConfig,
            "hooks.d/a.json", "hooks.d/b.json", "hook.timeout", "hook.args", "when.always", "stages",
            "hooks.d/c.json", "when.commands[1]", "when.annotations.k", "when.annotations.(", "stages[1]", "never",
            "hooks.d/e.json", "second.d/a.json", "e.json: cannot be read: not a directory");
    }

    [Fact]
    public void A_missing_program_hides_no_other_file_s_error()
    {
        _bench.WriteRule("a.json", WrapperBench.Rule(path: "/nowhere/hook"));
        _bench.WriteRule("b.json", "{");

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, "b.json");
    }

    [Fact]
    [Trait("Needs", "root")]
    public void Rules_that_may_not_be_read_refuse_the_create()
    {
        ShellSituations.GiveToOrdinaryUser(_bench.Bundle);
        _bench.WriteRule("a.json", WrapperBench.Rule());
        Shell("chmod 600 a.json");
        _bench.AssertRefused(
            _bench.RunAsOrdinaryUser("create", "--bundle", _bench.Bundle, "c1"), 125, WrapperBench.MinimalConfig, "a.json", "permission denied");

        Shell("chmod 644 a.json; chmod 700 .");
        _bench.AssertRefused(
            _bench.RunAsOrdinaryUser("create", "--bundle", _bench.Bundle, "c1"), 125, WrapperBench.MinimalConfig, _bench.Rules, "permission denied");

        Shell("chmod 744 .");
        _bench.AssertRefused(
            _bench.RunAsOrdinaryUser("create", "--bundle", _bench.Bundle, "c1"), 125, WrapperBench.MinimalConfig, _bench.Rules, "permission denied");
    }

    /// <summary>Two names that differ only in bytes that text cannot show are still two names.</summary>
    [Fact]
    public void Names_need_not_be_UTF_8()
    {
        Shell($"""
            printf '%s' '{WrapperBench.Rule("poststart")}' >"$(printf '\377.json')"
            printf '%s' '{WrapperBench.Rule("poststop")}' >"$(printf '\376.json')"
            """);
        try
        {
            _bench.Create().AssertSilentSuccess();
            Assert.Equal(["poststart", "poststop"], _bench.Hooks().Keys.Order());
        }
        finally
        {
            // .NET cannot remove a file that it cannot name.
            Shell("rm -f ./*.json");
        }
    }

    [Fact]
    public void A_thousand_rules_inject_a_thousand_hooks()
    {
        for (int i = 0; i < 1000; i++)
        {
            _bench.WriteRule(
                string.Create(CultureInfo.InvariantCulture, $"{i:D4}.json"),
                $$"""{"version":"1.0.0","hook":{"path":"/bin/true","args":["{{i}}"]},"when":{"always":true},"stages":["poststop"]}""");
        }

        _bench.Create().AssertSilentSuccess();
        _bench.Create().AssertSilentSuccess();

        Assert.Equal(
            Enumerable.Range(0, 1000).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"path":"/bin/true","args":["{{i}}"]}""")),
            _bench.Hooks()["poststop"]);
    }

    private static string Nested(int depth) =>
        WrapperBench.Rule()[..^1] + ",\"x\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";

    private void Shell(string script) => _ = new Command("/bin/sh", "-ec", script) { WorkingDirectory = _bench.Rules }.Run().EnsureSuccess();
}
