using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl seccomp</c> with a store of one recording.</summary>
public sealed class SeccompTests : IDisposable
{
    private const string Digest = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

    private readonly HookCtlBench _bench = new();
    private readonly string _store;
    private readonly string _recorder;

    public SeccompTests()
    {
        _store = Directory.CreateDirectory(_bench.Inside("store")).FullName;
        File.Copy(Repository.Sample("seccomp-recording.json"), Path.Combine(_store, "sha256-5f70.json"));
        _recorder = Executable.Copy("/bin/true", _bench.Inside("seccomp-recorder"));
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("seccomp-list.txt", "show")]
    [InlineData("seccomp-list.json", "show", "--json")]
    [InlineData("seccomp-show.txt", "show", "web:1.2")]
    [InlineData("seccomp-export.json", "export", "web:1.2")]
    [InlineData("seccomp-export-exact.json", "export", "web-2", "--exact")]
    [InlineData("seccomp-export-ceiling.json", "export", "5f70bf", "--exact", "--ceiling", "docker")]
    public void What_it_prints(string golden, params string[] arguments) =>
        _bench.AssertGolden(golden, Run(arguments).EnsureSuccess().OutputText);

    [Theory]
    [InlineData("seccomp-diff.txt", "web:1.2")]
    [InlineData("seccomp-diff.json", "web:1.2", "--json")]
    public void A_diff_tells_by_its_exit_code_that_more_is_allowed(string golden, params string[] arguments)
    {
        CommandResult result = Run(["diff", .. arguments]);
        Assert.Equal(1, result.ExitCode);
        _bench.AssertGolden(golden, result.OutputText);
        Assert.Equal(0, Run("diff", "web:1.2", "--ceiling", "docker", "--exact").ExitCode);
        Assert.Equal(0, Run("diff", "web:1.2", "--against", Digest).ExitCode);
    }

    [Fact]
    public void An_exported_profile_is_read_back()
    {
        string profile = _bench.Inside("profile.json");
        Assert.Equal("", Run("export", "web:1.2", "--output", profile).EnsureSuccess().OutputText);
        Assert.Contains(" 0 more are allowed, 0 are taken away", Run("diff", "web:1.2", "--against", profile).EnsureSuccess().OutputText,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_recorder_that_does_not_tell_whether_it_can_record_is_told()
    {
        File.Delete(_recorder);
        _ = Executable.Write(_recorder, "#!/bin/sh\necho no disk >&2; exit 3\n");

        CommandResult result = Record(["--image", "nginx"]);

        Assert.Equal(
            (1, $"hookctl: whether anything can be recorded on this machine is not known: {_recorder} check ends with exit code 3: no disk; "
                + "run it by hand, and install it anew if that fails, too\n"),
            (result.ExitCode, result.ErrorText));
        _ = Assert.Single(Directory.GetFiles(_bench.Rules));
    }

    [Fact]
    public void Merging_tells_what_each_adds()
    {
        string other = _bench.Inside("other.json");
        File.WriteAllText(other, File.ReadAllText(Repository.Sample("seccomp-recording.json"))
            .Replace("\"futex\"", "\"ptrace\"", StringComparison.Ordinal).Replace(Digest, "sha256:1", StringComparison.Ordinal));
        CommandResult result = Run("merge", "web:1.2", other).EnsureSuccess();
        Assert.Equal($"{other} adds ptrace\n", result.ErrorText);
        JsonObject calls = JsonNode.Parse(result.OutputText)!["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();
        Assert.True(calls.ContainsKey("futex") && calls.ContainsKey("ptrace"));
        Assert.Equal(6090, calls["read"]!["count"]!.GetValue<int>());
    }

    [Fact]
    public void Recording_is_a_rule_that_comes_and_goes()
    {
        string[] conditions = ["--image", "nginx:*", "--name", "web*", "--label", "team=a", "--annotation", "trace=*"];
        _bench.AssertGolden("seccomp-record-dry.txt", Record([.. conditions, "--dry-run"]).EnsureSuccess().OutputText);
        Assert.Empty(Directory.GetFiles(_bench.Rules));

        _bench.AssertGolden("seccomp-record.txt", Record([.. conditions, "--as", "web"]).EnsureSuccess().OutputText);
        string file = Assert.Single(Directory.GetFiles(_bench.Rules, "seccomp-record-nginx-web-team-a-trace-*.json"));
        _bench.AssertGolden("seccomp-record.json", File.ReadAllText(file));
        _ = _bench.Run("validate", "--strict").EnsureSuccess();
        Assert.Equal("it is being recorded already\n", Record([.. conditions, "--as", "web"]).EnsureSuccess().OutputText);

        Assert.Equal("nothing is being recorded\n", Run("record", "--stop", "--image", "other").EnsureSuccess().OutputText);
        _bench.AssertGolden("seccomp-record-stop.txt", Run("record", "--stop").EnsureSuccess().OutputText);
        Assert.Empty(Directory.GetFiles(_bench.Rules));
    }

    [Fact]
    public void Enforcing_is_a_rule_and_a_profile_that_come_and_go()
    {
        _bench.AssertGolden("seccomp-complain.txt", Enforce("--complain").EnsureSuccess().OutputText);
        string rule = Assert.Single(Directory.GetFiles(_bench.Rules));
        _bench.AssertGolden("seccomp-complain.json", File.ReadAllText(rule));
        _bench.AssertGolden("seccomp-watch.txt", Enforce("--watch").EnsureSuccess().OutputText);
        rule = Assert.Single(Directory.GetFiles(_bench.Rules));
        _bench.AssertGolden("seccomp-watch.json", File.ReadAllText(rule));
        _ = _bench.Run("validate", "--strict").EnsureSuccess();
        _bench.AssertGolden("seccomp-enforce.txt", Enforce().EnsureSuccess().OutputText);
        Assert.Equal(rule, Assert.Single(Directory.GetFiles(_bench.Rules)));
        _bench.AssertGolden("seccomp-enforce.json", File.ReadAllText(rule));
        _ = _bench.Run("validate", "--strict").EnsureSuccess();
        string profile = Assert.Single(Directory.GetFiles(_bench.Inside("seccomp")));
        Assert.Equal(Run("export", "web:1.2").OutputText, File.ReadAllText(profile));
        Assert.Equal("nothing is to be changed\n", Enforce().EnsureSuccess().OutputText);

        _bench.AssertGolden("seccomp-enforce-stop.txt", Enforce("--stop").EnsureSuccess().OutputText);
        Assert.Empty(Directory.GetFiles(_bench.Rules));
        Assert.Equal("it was not enforced\n", Enforce("--stop").EnsureSuccess().OutputText);
    }

    [Fact]
    public void Containers_with_names_alike_have_rules_and_profiles_of_their_own()
    {
        string[][] conditions = [["--name", "a-b"], ["--name", "a_b"], ["--image", "a-b"], ["--name", "a", "--name", "b"]];
        Assert.All(conditions, names => Enforce(names).EnsureSuccess());
        Assert.Equal(conditions.Length, Directory.GetFiles(_bench.Inside("seccomp")).Length);

        _ = Enforce("--name", "a_b", "--stop").EnsureSuccess();
        Assert.Equal(conditions.Length - 1, Directory.GetFiles(_bench.Inside("seccomp")).Length);
        Assert.Equal(conditions.Length - 1, Directory.GetFiles(_bench.Rules).Length);
    }

    [Fact]
    public void A_label_that_is_given_twice_is_an_error()
    {
        CommandResult result = Record(["--label", "team=a*", "--label", "team=*prod"]);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("--label team=*prod: is given twice", result.ErrorText, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_bench.Rules));
    }

    [Fact]
    public void Only_what_calls_the_recorder_needs_it()
    {
        File.Delete(_recorder);
        Assert.Contains("does not exist; install the recorder", Enforce("--watch").ErrorText, StringComparison.Ordinal);
        _ = Enforce().EnsureSuccess();
        _ = _bench.Run("validate", "--strict").EnsureSuccess();
    }

    [Fact]
    public void A_recorder_that_others_may_change_gets_no_rule()
    {
        _ = new Command("chmod", "go+w", _recorder).Run().EnsureSuccess();
        CommandResult result = Record(["--image", "nginx:*"]);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"{_recorder} can be written by its group and everyone else", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(3, Enforce("--complain").ExitCode);
        Assert.Empty(Directory.GetFiles(_bench.Rules));
    }

    [Fact]
    public void Whatever_the_umask_is_only_root_may_change_a_profile()
    {
        const string Generous = "umask 0; exec \"$@\"";
        _ = new Command(
            "sh", "-c", Generous, "sh", Repository.HookCtl, "seccomp", "--store", _store, "enforce", "web:1.2",
            "--config", _bench.SettingsFile).Run().EnsureSuccess();
        _ = _bench.Run("validate", "--strict").EnsureSuccess();
    }

    [Fact]
    public void Denials_are_shown()
    {
        Assert.Equal("nothing was denied\n", Run("denials").EnsureSuccess().OutputText);
        File.WriteAllText(Path.Combine(_store, "denials"), """
            {"time":"2026-01-02T03:04:05Z","image":"w","container":"01","call":"ptrace","process":"gdb","count":3,"isEnforced":true}
            cut short
            {"time":"2026-01-02T03:05:05Z","image":"d","container":"ba98","call":"i386:mount","process":"sh","count":1,"isEnforced":false}

            """);
        CommandResult result = Run("denials");
        Assert.Equal(1, result.ExitCode);
        _bench.AssertGolden("seccomp-denials.txt", result.OutputText);
        _bench.AssertGolden("seccomp-denials.json", Run("denials", "ba98", "--json").OutputText);
    }

    [Theory]
    [InlineData(2, "say which containers", "record")]
    [InlineData(3, "is not KEY=GLOB", "record", "--label", "team")]
    [InlineData(3, "has no recording of other", "show", "other")]
    [InlineData(3, "no.json: cannot be opened", "export", "web:1.2", "--ceiling", "no.json")]
    [InlineData(2, "Required argument 'IMAGE' missing", "export")]
    public void What_cannot_be_is_told(int exitCode, string message, params string[] arguments)
    {
        CommandResult result = Run(arguments);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(message, result.ErrorText, StringComparison.Ordinal);
    }

    private CommandResult Enforce(params string[] arguments) => Run(["enforce", "web:1.2", "--recorder", _recorder, .. arguments]);

    private CommandResult Record(string[] arguments) => Run(["record", .. arguments, "--recorder", _recorder]);

    private CommandResult Run(params string[] arguments) =>
        _bench.Run(["seccomp", "--store", _store, .. arguments.Select(argument => (ByteString)argument)]);
}
