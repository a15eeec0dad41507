using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests that the container's own runtime can stop, enter and delete it with any broken settings and rules.</summary>
public sealed class BrokenSettingsTests : IDisposable
{
    private static readonly string[] s_commands = ["start c1", "kill c1 9", "delete --force c1", "exec c1 sh", "state c1", "features", "--version"];

    private readonly WrapperBench _bench = new();

    public BrokenSettingsTests() => _bench.WriteRule("broken.json", "{");

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("garbage")]
    [InlineData("{\"runtime\":5}")]
    [InlineData("{\"runtime\":[]}")]
    [InlineData("{\"runtime\":\"relative/path\"}")]
    [InlineData("{\"runtime\":\"")]
    [InlineData("{\"runtime\":\"\\ud800\"}")]
    [InlineData("{\"hooksDirs\":[[[[[[{\"a\":\"]\"}")]
    public void Without_a_runtime_that_can_be_made_out_it_is_the_usual_one(string text)
    {
        File.WriteAllText(_bench.SettingsFile, text);
        _ = File.CreateSymbolicLink(Path.Combine(_bench.Root, "runc"), Probes.Recorder);

        AssertAllRun(Path.Combine(_bench.Root, "runc"));
    }

    [Theory]
    [InlineData("""{"runtime":"R","unknown":1}""")]
    [InlineData("""{"runtime":"R","hooksDirs":5,}""")]
    [InlineData("""{"runtime":"R" """)]
    [InlineData("""{"runtime":"R",{{{""")]
    [InlineData("""{"runtime":["R" """)]
    [InlineData("""{"runtime":["/nowhere","R",5]}""")]
    [InlineData("""{"unknown":{"runtime":"/nowhere","x":["]"]},"runtime":"R"}""")]
    [InlineData("""{"log":5,"hooksDirs":null,"onMissingHook":-1e5,"runtime":"R"}""")]
    [InlineData("""{"x":"\"runtime\":\"/nowhere\"","runtime":"R"}""")]
    [InlineData("/* \"runtime\":\"/nowhere\" */{\"runtime\" /* , */ : // \"/nowhere\"\n\"R\"}")]
    [InlineData("""{"runtime":"R"} trailing""")]
    [InlineData("""{"runtime":"\u002fnowhere","runtime":"R"}""")]
    public void The_runtime_is_taken_from_settings_that_are_broken_elsewhere(string text)
    {
        File.WriteAllText(_bench.SettingsFile, text.Replace("\"R\"", $"\"{Probes.Recorder}\"", StringComparison.Ordinal));

        AssertAllRun(Probes.Recorder);
    }

    [Theory]
    [InlineData("\\/")]
    [InlineData("\\u002f")]
    [InlineData("\\u002F")]
    public void The_runtime_may_be_written_with_escapes(string slash)
    {
        string path = Probes.Recorder.Replace("/", slash, StringComparison.Ordinal);
        File.WriteAllText(_bench.SettingsFile, $$"""{"runtime":"{{path}}"}""");

        AssertAllRun(Probes.Recorder);
    }

    [Fact]
    public void The_runtime_may_have_a_name_in_any_script()
    {
        string path = Path.Combine(_bench.Root, "läufer-\u8d70-\U0001F40B");
        _ = File.CreateSymbolicLink(path, Probes.Recorder);
        _bench.Set("runtime", path);

        AssertAllRun(path);
    }

    /// <summary>The other commands must read whatever create can read: runc must not stop crun's container.</summary>
    [Theory]
    [InlineData(60_000, true)]
    [InlineData(70_000, false)]
    public void What_is_too_long_for_the_others_to_read_is_so_for_create(int length, bool readable)
    {
        File.WriteAllText(_bench.SettingsFile, $$"""{"log":{"journald":false},/*{{new string('x', length)}}*/"runtime":"{{Probes.Recorder}}"}""");

        if (readable)
        {
            AssertAllRun(Probes.Recorder);
        }

        Assert.Equal(readable ? 0 : 125, _bench.Create().ExitCode);
    }

    [Theory]
    [InlineData("mkdir settings.json")]
    [InlineData("mkfifo settings.json")]
    [InlineData(":")]
    [InlineData("ln -s /dev/zero settings.json")]
    [InlineData("ln -s settings.json settings.json")]
    public void A_settings_file_that_is_none_is_passed_over(string script)
    {
        File.Delete(_bench.SettingsFile);
        _ = new Command("/bin/sh", "-ec", script) { WorkingDirectory = _bench.Root }.Run().EnsureSuccess();
        _ = File.CreateSymbolicLink(Path.Combine(_bench.Root, "runc"), Probes.Recorder);

        AssertAllRun(Path.Combine(_bench.Root, "runc"));
    }

    private void AssertAllRun(string runtime)
    {
        foreach (string command in s_commands)
        {
            _bench.RunIn(_bench.Root, [$"PATH={_bench.Root}"], command.Split(' ').Select(word => (ByteString)word)).AssertSilentSuccess();
        }

        Assert.Equal(s_commands.Order(), _bench.Calls.Select(call => string.Join(' ', call.Arguments[1..])).Order());
        Assert.All(_bench.Calls, call => Assert.Equal(runtime, call.Arguments[0]));
    }
}
