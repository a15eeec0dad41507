using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests that the wrapper behind containerd-shim-hooked-v1 passes --systemd-cgroup to the runtime if the container's cgroup path has
/// systemd's form, because containerd cannot pass it.
/// </summary>
public sealed class ShimCgroupTests : IDisposable
{
    private const string Flag = "--systemd-cgroup";
    private const string Slice = "kubepods-burstable-pod1.slice:cri-containerd:c1";
    private const string BehindShim = "PATH=/usr/lib/ocihooks/shim:/usr/bin:/bin";

    private readonly WrapperBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("create", false)]
    [InlineData("run", false)]
    [InlineData("restore", false)]
    [InlineData("create", true)]
    public void A_path_of_systemds_form_is_left_to_systemd(string command, bool hasRule)
    {
        WriteConfig($"\"linux\":{{\"cgroupsPath\":\"{Slice}\"}}");
        if (hasRule)
        {
            _bench.WriteRule("a.json", WrapperBench.Rule());
        }

        Assert.Equal(
            [Flag, "--root", "/r", command, "--bundle", _bench.Bundle, "c1"],
            ArgumentsOf(BehindShim, "--root", "/r", command, "--bundle", _bench.Bundle, "c1"));
    }

    [Fact]
    public void Without_the_shim_the_caller_has_said_all() =>
        AssertUnchanged($"\"linux\":{{\"cgroupsPath\":\"{Slice}\"}}", "PATH=/usr/bin:/bin", "create", "--bundle", _bench.Bundle, "c1");

    [Theory]
    [InlineData("")]
    [InlineData("\"linux\":null")]
    [InlineData("\"linux\":{}")]
    [InlineData("\"linux\":{\"cgroupsPath\":\"/kubepods/burstable/pod1/c1\"}")]
    [InlineData("\"linux\":{\"cgroupsPath\":\"/a.slice:b:c\"}")]
    [InlineData("\"linux\":{\"cgroupsPath\":\"a.slice:b\"}")]
    [InlineData("\"linux\":{\"cgroupsPath\":\"a.slice:b:c:d\"}")]
    [InlineData("\"linux\":{\"cgroupsPath\":\"a:b:c\"}")]
    [InlineData("\"x\":{\"cgroupsPath\":\"" + Slice + "\"}")]
    [InlineData("\"linux\":{\"cgroupsPath\":\"" + Slice + "\"},\"linux\":{\"cgroupsPath\":\"/c\"}")]
    [InlineData("\"linux\":{\"cgroupsPath\":\"" + Slice + "\"},\"linux\":null")]
    public void Another_path_is_the_runtimes_own(string linux) =>
        AssertUnchanged(linux, BehindShim, "create", "--bundle", _bench.Bundle, "c1");

    [Theory]
    [InlineData("--systemd-cgroup")]
    [InlineData("-systemd-cgroup=false")]
    [InlineData("--cgroup-manager=cgroupfs")]
    public void What_the_caller_says_counts(string option) =>
        AssertUnchanged($"\"linux\":{{\"cgroupsPath\":\"{Slice}\"}}", BehindShim, option, "create", "--bundle", _bench.Bundle, "c1");

    [Theory]
    [InlineData("start")]
    [InlineData("delete")]
    [InlineData("exec")]
    public void Other_commands_are_as_they_were(string command)
    {
        WriteConfig($"\"linux\":{{\"cgroupsPath\":\"{Slice}\"}}");

        Assert.Equal([command, "c1"], ArgumentsOf(BehindShim, command, "c1"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"linux\":{\"cgroupsPath\":7}}")]
    [InlineData(null)]
    public void What_is_no_configuration_is_the_runtimes_to_refuse(string? config)
    {
        File.Delete(_bench.Config);
        if (config is not null)
        {
            File.WriteAllText(_bench.Config, config);
        }

        Assert.Equal(["create", "--bundle", _bench.Bundle, "c1"], ArgumentsOf(BehindShim, "create", "--bundle", _bench.Bundle, "c1"));
    }

    private void WriteConfig(string member) => File.WriteAllText(
        _bench.Config, $$"""{"ociVersion":"1.0.2","process":{"args":["/bin/sh"],"cwd":"/"}{{(member.Length > 0 ? "," : "")}}{{member}}}""");

    private void AssertUnchanged(string member, string path, params string[] arguments)
    {
        WriteConfig(member);

        Assert.Equal(arguments, ArgumentsOf(path, arguments));
    }

    private IEnumerable<string> ArgumentsOf(string path, params string[] arguments)
    {
        _bench.RunIn(_bench.Root, [path], arguments.Select(argument => (ByteString)argument)).AssertSilentSuccess();
        return Assert.Single(_bench.Calls).Arguments.Skip(1);
    }
}
