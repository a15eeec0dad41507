using System.Text;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl validate</c>.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ValidateTests : IDisposable
{
    private const string Good =
        """{"version":"1.0.0","hook":{"path":"/bin/true","timeout":5},"when":{"always":true},"stages":["poststop"]}""";

    private readonly HookCtlBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("validate.txt")]
    [InlineData("validate.json", "--json")]
    public void Every_problem_of_every_file_is_told_with_its_place(string golden, params string[] options)
    {
        string second = Directory.CreateDirectory(_bench.Inside("more.d")).FullName;
        _bench.Set("hooksDirs", new JsonArray(_bench.Rules, second));
        _bench.WriteRule("a.json", Good);
        _bench.WriteRule("b.json", """
            {
              "version": "1.0.0",
              "hook": {"path": "relative", "args": "x"},
              "when": {"commands": ["^/bin/sh$", "("], "always": "yes"},
              "stage": ["poststop"]
            }
            """);
        _bench.WriteRule("c.json", """
            {
              "version": "1.0.0",
              "hook": {"path": "/no/such"},
              "when": {"commands": ["^/bin/sh$", "("], "annotations": {"[": "a"}, "hasBindMounts": false},
              "stages": ["poststop", "prestart", "nosuch"]
            }
            """);
        _bench.WriteRule("d.json", "{\n  \"version\": ,\n}");
        _bench.WriteRule("e.json", """
            {"hook":"/bin/true","cmds":["sh","a.b"],"stages":["startContainer","poststop","poststop"],
             "hasbindmounts":false}
            """);
        _bench.WriteRule("f.json", Good);
        _bench.WriteRule("g.json", """{"version":"1.0.0","hook":{"path":"/bin/true"},"stages":["prestart"],"hooks":1}""");
        File.WriteAllText(Path.Combine(second, "a.json"), Good.Replace("true}", "false}", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(second, "f.json"), Good.Replace("5", "6", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(second, "h.json"), Good.Replace("5", "6", StringComparison.Ordinal));

        CommandResult result = _bench.Run(["validate", .. options.Select(option => (ByteString)option)]);

        Assert.Equal((1, ""), (result.ExitCode, result.ErrorText));
        _bench.AssertGolden(golden, result.OutputText);
    }

    [Theory]
    [InlineData(0, Good)]
    [InlineData(0, Good, "--strict")]
    [InlineData(0, """{"hook":"/bin/true","stages":[]}""")]
    [InlineData(1, """{"hook":"/bin/true","stages":[]}""", "--strict")]
    [InlineData(1, "{")]
    public void The_exit_code_tells_errors_and_with_strict_warnings(int exitCode, string rule, params string[] options)
    {
        _bench.WriteRule("a.json", rule);

        Assert.Equal(exitCode, _bench.Run(["validate", .. options.Select(option => (ByteString)option)]).ExitCode);
        Assert.Equal(exitCode, _bench.Run(["validate", "hooks.d/a.json", .. options.Select(option => (ByteString)option)]).ExitCode);
        Assert.Equal(exitCode, _bench.Run(["validate", "hooks.d", .. options.Select(option => (ByteString)option)]).ExitCode);
    }

    [Fact]
    public void A_named_file_is_checked_whatever_its_name_and_what_is_not_there_is_a_failure()
    {
        File.WriteAllText(_bench.Inside("a.rule"), Good);

        CommandResult result = _bench.Run("validate", "a.rule", "a.rule", "no/such");

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(
            "a.rule: warning: is not used in a hooks directory, as its name does not end in .json; rename it\n"
            + "no/such: error: cannot be opened: no such file or directory; give the path of a file or directory\n"
            + "2 files, 1 error, 1 warning\n",
            result.OutputText);
    }

    [Fact]
    public void Without_rules_nothing_is_wrong()
    {
        _bench.Set("hooksDirs", new JsonArray("/no/such/directory"));

        CommandResult result = _bench.Run("validate");

        Assert.Equal((0, "0 files, 0 errors, 0 warnings\n"), (result.ExitCode, result.OutputText));
    }

    [Fact]
    public void Files_that_are_no_rules_at_all_are_named_and_do_not_hold_it_up()
    {
        Write("bom.json", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Good)]);
        Write("deep.json", Encoding.ASCII.GetBytes(new string('[', 10_001)));
        Directory.CreateDirectory(Path.Combine(_bench.Rules, "directory.json"));
        Write("empty.json", []);
        new Command("/usr/bin/mkfifo", Path.Combine(_bench.Rules, "fifo.json")).Run().EnsureSuccess();
        Write("huge.json", Encoding.ASCII.GetBytes(Good + new string(' ', 5 * 1024 * 1024)));
        Write("invalid-utf8.json", [.. "{\"hook\":\"/bin/"u8, 0xFF, .. "\",\"stages\":[]}"u8]);
        File.CreateSymbolicLink(Path.Combine(_bench.Rules, "link.json"), "/no/such");
        File.CreateSymbolicLink(Path.Combine(_bench.Rules, "loop.json"), "loop.json");

        CommandResult result = _bench.Run("validate");

        Assert.Equal(1, result.ExitCode);
        _bench.AssertGolden("validate-no-rules.txt", result.OutputText);
    }

    [Theory]
    [InlineData("a.json")]
    [InlineData("hooks.d")]
    public void What_may_not_be_read_is_a_failure_where_it_is_named(string name)
    {
        _bench.WriteRule("a.json", Good);
        File.WriteAllText(_bench.Inside("a.json"), Good);
        _ = new Command("chmod", "755", _bench.Root).Run().EnsureSuccess();
        _ = new Command("chmod", "000", _bench.Inside(name)).Run().EnsureSuccess();

        CommandResult result = new Command(
            "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Repository.HookCtl, "validate", name, "--config",
            _bench.SettingsFile)
        {
            WorkingDirectory = _bench.Root,
        }.Run();

        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"{name}: error: cannot be ", result.OutputText, StringComparison.Ordinal);
        Assert.Contains("permission denied", result.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_lines_are_coloured_but_not_broken_and_what_a_file_says_cannot_control_it()
    {
        _bench.WriteRule("a.json", """{"version":"\u001b[2J","hook":{"path":"/bin/true"}}""");

        CommandResult result = new Command(
            "/usr/bin/script", "-qec",
            $"stty cols 20; TERM=xterm {Repository.HookCtl} validate --config {_bench.SettingsFile}", "/dev/null").Run();

        Assert.Contains("\e[", result.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[2J", result.OutputText, StringComparison.Ordinal);
        Assert.Contains("version: is \"\u241B[2J\"; it must be \"ocihooks/1\", \"1.0.0\" or \"0.1.0\"", result.OutputText, StringComparison.Ordinal);
    }

    private void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_bench.Rules, name), content);
}
