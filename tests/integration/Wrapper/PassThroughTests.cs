using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests that the runtime gets all commands that the wrapper does not handle unchanged, whatever they look like.</summary>
public sealed class PassThroughTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public PassThroughTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("exec c1 prog --bundle B")]
    [InlineData("exec c1 create")]
    [InlineData("exec c1 create --bundle B c2")]
    [InlineData("exec --process F --detach --pid-file P c1")]
    [InlineData("exec c1 prog --wrap-config /x --hook-config-path /y --runtime-path /z")]
    [InlineData("state create")]
    [InlineData("state --bundle B create")]
    [InlineData("start create")]
    [InlineData("kill create 9")]
    [InlineData("kill --all c1 KILL")]
    [InlineData("delete --force run")]
    [InlineData("delete restore")]
    [InlineData("ps --format json create")]
    [InlineData("pause create")]
    [InlineData("resume create")]
    [InlineData("events --stats create")]
    [InlineData("update --resources - create")]
    [InlineData("checkpoint --image-path /i create")]
    [InlineData("spec --bundle B")]
    [InlineData("list")]
    [InlineData("features")]
    [InlineData("--version")]
    [InlineData("-v")]
    [InlineData("--version create --bundle B c1")]
    [InlineData("--help")]
    [InlineData("--help create --bundle B c1")]
    [InlineData("create --help")]
    [InlineData("create -h")]
    [InlineData("create --bundle B --help")]
    [InlineData("create --bundle B c1 --help")]
    [InlineData("run --help")]
    [InlineData("restore -h")]
    [InlineData("help create")]
    [InlineData("unknown create --bundle B c1")]
    [InlineData("creates --bundle B c1")]
    [InlineData("Create --bundle B c1")]
    [InlineData("- create --bundle B c1")]
    [InlineData("-- state create")]
    [InlineData("--debug")]
    [InlineData("--root /r state create")]
    [InlineData("--root create state c1")]
    [InlineData("--log create exec c1 create --bundle B")]
    public void A_command_that_sets_up_no_container_is_passed_on_untouched(string line)
    {
        byte[] before = File.ReadAllBytes(_bench.Config);
        string[] arguments = [.. line.Split(' ').Select(word => word.Replace("B", _bench.Bundle, StringComparison.Ordinal))];

        // In the bundle, so that the test also notices a command mistaken for a create without --bundle.
        CommandResult result = _bench.RunIn(_bench.Bundle, null, arguments.Select(word => (ByteString)word));

        result.AssertSilentSuccess();
        Assert.Equal([Probes.Recorder, .. arguments], Assert.Single(_bench.Calls).Arguments);
        Assert.Equal(before, File.ReadAllBytes(_bench.Config));
        Assert.False(File.Exists(_bench.Record));
    }

    [Fact]
    public void Without_arguments_the_runtime_gets_none()
    {
        _bench.Run().AssertSilentSuccess();

        Assert.Equal([Probes.Recorder], Assert.Single(_bench.Calls).Arguments);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("create")]
    public void Arguments_and_environment_arrive_to_the_byte(string command)
    {
        ByteString[] arguments = [command, "--bundle", _bench.Bundle, "", new byte[] { 0xff, 0xfe, 0x80 }, "c\n1", new byte[] { 0xed, 0xa0, 0x80 }];
        ByteString[] environment = ["A=1", "A=2", "NOEQUALS", "=EMPTY", "", new byte[] { 0x42, 0x3d, 0xff }, "DOTNET_gcServer=1", "DOTNET_=x", "PATH="];

        _bench.RunIn(_bench.Root, environment, arguments).AssertSilentSuccess();

        RecordedCall call = Assert.Single(_bench.Calls);
        Assert.Equal(Joined([Probes.Recorder, .. arguments]), Encoding.Latin1.GetString(call.ArgumentBytes));
        Assert.Equal(Joined([.. environment, $"RECORDER_DIR={_bench.Records}"]), Encoding.Latin1.GetString(call.EnvironmentBytes));
    }

    [Theory]
    [InlineData("update", "--resources", "-", "c1")]
    [InlineData("create", "--bundle", "bundle", "c1")]
    public void Standard_input_is_left_for_the_runtime(params string[] arguments)
    {
        _bench.Set("runtime", _bench.WriteScript("reader", "#!/bin/sh\nexec cat\n"));
        byte[] input = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

        CommandResult result = new Command(Repository.Wrapper, ["--wrap-config", _bench.SettingsFile, .. arguments.Select(word => (ByteString)word)])
        {
            Input = input,
            WorkingDirectory = _bench.Root,
        }.Run();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(input, result.Output);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("create")]
    public void The_runtime_is_the_same_process(string command)
    {
        CommandResult result = _bench.Run(command, "--bundle", _bench.Bundle, "c1");

        result.AssertSilentSuccess();
        string record = Path.GetFileName(Assert.Single(Directory.GetDirectories(_bench.Records)));
        Assert.StartsWith($"{result.Pid}-", record, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state", 0)]
    [InlineData("state", 1)]
    [InlineData("state", 255)]
    [InlineData("create", 1)]
    [InlineData("create", 125)]
    public void The_runtime_s_exit_code_is_the_wrapper_s(string command, int code) =>
        Assert.Equal(code, _bench.RunIn(_bench.Root, [$"RECORDER_EXIT={code}"], command, "--bundle", _bench.Bundle, "c1").ExitCode);

    [Theory]
    [InlineData("state", 9)]
    [InlineData("create", 9)]
    [InlineData("create", 15)]
    [InlineData("run", 13)]
    [InlineData("run", 25)]
    public void A_runtime_that_dies_of_a_signal_is_seen_to_die_of_it(string command, int signal)
    {
        _bench.Set("runtime", _bench.WriteScript("dying", $"#!/bin/sh\nulimit -c 0\nkill -{signal} $$\n"));

        Assert.Equal(signal, _bench.Run(command, "--bundle", _bench.Bundle, "c1").Signal);
    }

    private static string Joined(IEnumerable<ByteString> texts) =>
        string.Concat(texts.Select(text => Encoding.Latin1.GetString(text.Bytes) + "\0"));
}
