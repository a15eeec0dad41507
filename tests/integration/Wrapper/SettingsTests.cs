using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests the settings file: its fields, and that the wrapper reports a mistake and never guesses.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public SettingsTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("""{"runtime":"R","supervise":false,"hooksDirs":["D"],"log":{"journald":false}}""")]
    [InlineData("""{"runtime":["R"],"supervise":false,"hooksDirs":["D"],"log":{"journald":false}}""")]
    [InlineData("""{"runtime":["/nowhere","R",],"supervise":false,"hooksDirs":["/nowhere","D",],"log":{"journald":false,},}""")]
    [InlineData("// one\n{/* two */\"runtime\":/* three */\"R\", // four\n\"supervise\":false,\"hooksDirs\":[/* \"x\" */\"D\"],\"log\":{\"journald\":false}}\n/* five */ // six")]
    [InlineData("\uFEFF{\"runtime\":\"R\",\"supervise\":false,\"hooksDirs\":[\"D\"],\"log\":{\"journald\":false}}")]
    [InlineData("""{"RUNTIME":"R","Supervise":false,"HooksDirs":["D"],"Log":{"Journald":false}}""")]
    [InlineData("""{"\u0072untime":"R","supervise":false,"hooksDirs":["D"],"log":{"journald":false}}""")]
    [InlineData("""{"onMissingHook":"fail","supervise":false,"hooksDirs":["D"],"log":{"journald":false,"stderr":false,"level":"error"},"runtime":"R"}""")]
    public void What_is_allowed_is_understood_by_both_readers(string text)
    {
        Write(text);

        _bench.AssertInjectedOnce(_bench.Create());
        _bench.Run("state", "c1").AssertSilentSuccess();

        Assert.Equal(2, _bench.Calls.Count);
    }

    [Theory]
    [InlineData("", "is not valid JSON")]
    [InlineData("{", "is not valid JSON")]
    [InlineData("""{"runtime":"R"} x""", "is not valid JSON")]
    [InlineData("""{"runtime":"R" "log":{}}""", "is not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("null", "must be a JSON object")]
    [InlineData("""{"unknown":1}""", "unknown is no setting")]
    [InlineData("""{"runtim":"R"}""", "runtim is no setting")]
    [InlineData("""{"log":{"unknown":1}}""", "log.unknown is no setting")]
    [InlineData("""{"journald":true}""", "journald is no setting")]
    [InlineData("""{"runtime":"R","runtime":"R"}""", "runtime is given twice")]
    [InlineData("""{"runtime":"R","Runtime":"R"}""", "is given twice")]
    [InlineData("""{"log":{"level":"debug","level":"debug"}}""", "log.level is given twice")]
    [InlineData("""{"runtime":1}""", "runtime is a number")]
    [InlineData("""{"runtime":null}""", "runtime is null")]
    [InlineData("""{"runtime":{}}""", "runtime is an object")]
    [InlineData("""{"runtime":[1]}""", "runtime[0] is a number")]
    [InlineData("""{"runtime":["R",null]}""", "runtime[1] is null")]
    [InlineData("""{"runtime":[]}""", "runtime is empty")]
    [InlineData("""{"runtime":""}""", "runtime is")]
    [InlineData("""{"runtime":"./runc"}""", "runtime is \"./runc\"")]
    [InlineData("""{"runtime":"bin/runc"}""", "runtime is \"bin/runc\"")]
    [InlineData("""{"runtime":["R","a/b"]}""", "runtime is \"a/b\"")]
    [InlineData("""{"hooksDirs":"/x"}""", "hooksDirs is a string")]
    [InlineData("""{"hooksDirs":["x"]}""", "hooksDirs is \"x\"")]
    [InlineData("""{"hooksDirs":[""]}""", "hooksDirs is \"\"")]
    [InlineData("""{"hooksDirs":[true]}""", "hooksDirs[0] is true")]
    [InlineData("""{"hooksDirs":["/a\u0000b"]}""", "hooksDirs is")]
    [InlineData("""{"onMissingHook":true}""", "onMissingHook is true")]
    [InlineData("""{"onMissingHook":"maybe"}""", "onMissingHook is \"maybe\"")]
    [InlineData("""{"log":true}""", "log is true")]
    [InlineData("""{"log":{"journald":"yes"}}""", "log.journald is a string")]
    [InlineData("""{"log":{"stderr":1}}""", "log.stderr is a number")]
    [InlineData("""{"log":{"file":true}}""", "log.file is true")]
    [InlineData("""{"log":{"file":"relative"}}""", "log.file is \"relative\"")]
    [InlineData("""{"log":{"level":"loud"}}""", "log.level is \"loud\"")]
    [InlineData("""{"log":{"level":3}}""", "log.level is a number")]
    public void What_is_not_is_an_error_that_names_the_key(string text, string problem)
    {
        Write(text);
        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, $"{_bench.SettingsFile}: ", problem);
    }

    [Fact]
    public void No_directories_are_no_rules()
    {
        _bench.Set("hooksDirs", new JsonArray());

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(_bench.Config));
    }

    [Fact]
    public void A_directory_that_is_missing_is_no_error()
    {
        _bench.Set("hooksDirs", new JsonArray("/nowhere/hooks.d", _bench.Rules));
        _bench.AssertInjectedOnce(_bench.Create());
    }

    /// <summary>The link shows that a directory should exist, and its content is unknown.</summary>
    [Theory]
    [InlineData("ln -s nowhere hooks.d", "hooks.d")]
    [InlineData("mkdir there; ln -s there hooks.d", null)]
    [InlineData("ln -s nowhere store; ln -s store/rules hooks.d", "store")]
    [InlineData("mkdir store; ln -s store/rules hooks.d", "hooks.d")]
    public void A_directory_that_a_link_should_lead_to_is_no_missing_one(string script, string? broken)
    {
        Directory.Delete(_bench.Rules, recursive: true);
        _ = new Command("/bin/sh", "-ec", script) { WorkingDirectory = _bench.Root }.Run().EnsureSuccess();

        if (broken is null)
        {
            _bench.Set("hooksDirs", new JsonArray($"{_bench.Rules}/none"));
            _bench.Create().AssertSilentSuccess();
            return;
        }

        _bench.AssertRefused(
            _bench.Create(), 125, WrapperBench.MinimalConfig, $"{_bench.Rules}: leads nowhere by the symbolic link {_bench.Root}/{broken}: ");
    }

    [Fact]
    public void A_missing_program_is_left_out_in_silence_or_refused_as_set()
    {
        _bench.WriteRule("missing.json", WrapperBench.Rule(path: "/nowhere/hook"));
        _bench.Set("onMissingHook", "fail");
        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, "missing.json", "hook", "/nowhere/hook", "does not exist");

        _bench.Set("onMissingHook", "skip");
        _bench.AssertInjectedOnce(_bench.Create());
    }

    [Theory]
    [InlineData("directory", "mkdir settings.json", "is a directory")]
    [InlineData("FIFO", "mkfifo settings.json", "is not a regular file")]
    [InlineData("device", "ln -s /dev/zero settings.json", "is not a regular file")]
    [InlineData("missing", ":", "no such file or directory")]
    [InlineData("link that leads nowhere", "ln -s nowhere settings.json", "no such file or directory")]
    [InlineData("link to itself", "ln -s settings.json settings.json", "too many levels of symbolic links")]
    [InlineData("larger than any", "head -c 2000000 /dev/zero | tr '\\0' ' ' >settings.json", "larger")]
    public void What_is_no_settings_file_is_an_error_that_names_it(string what, string script, string problem)
    {
        Assert.NotEmpty(what);
        File.Delete(_bench.SettingsFile);
        _ = new Command("/bin/sh", "-ec", script) { WorkingDirectory = _bench.Root }.Run().EnsureSuccess();

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, $"{_bench.SettingsFile}: ", problem);
    }

    [Fact]
    [Trait("Needs", "root")]
    public void One_that_may_not_be_read_is_an_error_that_names_it()
    {
        // This call writes the settings before their mode changes.
        _ = _bench.RunAsOrdinaryUser("state", "c1").EnsureSuccess();
        _ = new Command("chmod", "600", _bench.SettingsFile).Run().EnsureSuccess();

        _bench.RunAsOrdinaryUser("create", "--bundle", _bench.Bundle, "c1").AssertFailed(125, _bench.SettingsFile, "permission denied");
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData(true)]
    [InlineData(false)]
    public void The_default_file_and_directories_are_used_when_none_are_named(bool settings)
    {
        string etc = Directory.CreateDirectory(Path.Combine(_bench.Root, "etc", "containers", "oci", "hooks.d")).FullName;
        string bin = Directory.CreateDirectory(Path.Combine(_bench.Root, "bin")).FullName;
        _ = File.CreateSymbolicLink(Path.Combine(bin, "runc"), Probes.Recorder);
        File.WriteAllText(Path.Combine(etc, "d.json"), WrapperBench.Rule("poststop"));
        if (settings)
        {
            string own = Directory.CreateDirectory(Path.Combine(_bench.Root, "etc", "ocihooks")).FullName;
            File.Copy(_bench.SettingsFile, Path.Combine(own, "config.json"));
        }

        // The script drops --wrap-config and its value, the first arguments.
        CommandResult result = _bench.RunWithMounts(
            $"mount --bind '{_bench.Root}/etc' /etc; wrapper=$1; shift 3; PATH='{bin}':$PATH exec \"$wrapper\" \"$@\"", "create", "--bundle", _bench.Bundle, "c1");

        result.AssertSilentSuccess();
        Assert.Equal([settings ? "createRuntime" : "poststop"], _bench.Hooks().Keys);
        Assert.Equal(settings ? Probes.Recorder : $"{bin}/runc", Assert.Single(_bench.Calls).Arguments[0]);
    }

    /// <summary>Settings behind a link whose target is not mounted yet are not the same as missing settings.</summary>
    [Theory]
    [Trait("Needs", "root")]
    [InlineData("mkdir ocihooks; ln -s nowhere ocihooks/config.json", "ocihooks/config.json")]
    [InlineData("mkdir ocihooks; ln -s gone ocihooks/..data; ln -s ..data/config.json ocihooks/config.json", "ocihooks/..data")]
    [InlineData("mkdir ocihooks; mkdir ocihooks/..data; ln -s ..data/config.json ocihooks/config.json", "ocihooks/config.json")]
    [InlineData("ln -s /nowhere/ocihooks ocihooks", "ocihooks")]
    [InlineData("mkdir store; ln -s store ocihooks", null)]
    public void Default_settings_that_a_link_should_lead_to_are_not_left_out(string script, string? broken)
    {
        string etc = Directory.CreateDirectory(Path.Combine(_bench.Root, "etc")).FullName;
        string bin = Directory.CreateDirectory(Path.Combine(_bench.Root, "bin")).FullName;
        _ = File.CreateSymbolicLink(Path.Combine(bin, "runc"), Probes.Recorder);
        _ = new Command("/bin/sh", "-ec", script) { WorkingDirectory = etc }.Run().EnsureSuccess();

        CommandResult Run(params string[] arguments) => _bench.RunWithMounts(
            $"mount --bind '{etc}' /etc; wrapper=$1; shift 3; PATH='{bin}':$PATH exec \"$wrapper\" \"$@\"",
            arguments.Select(word => (ByteString)word));

        Run("kill", "c1").AssertSilentSuccess();
        CommandResult created = Run("create", "--bundle", _bench.Bundle, "c1");

        if (broken is null)
        {
            created.AssertSilentSuccess();
            return;
        }

        created.AssertFailed(125, $"/etc/ocihooks/config.json: leads nowhere by the symbolic link /etc/{broken}: ");
        Assert.Equal(["kill", "c1"], Assert.Single(_bench.Calls).Arguments[1..]);
    }

    private void Write(string text) => File.WriteAllText(_bench.SettingsFile, text
        .Replace("\"R\"", $"\"{Probes.Recorder}\"", StringComparison.Ordinal)
        .Replace("\"D\"", $"\"{_bench.Rules}\"", StringComparison.Ordinal));
}
