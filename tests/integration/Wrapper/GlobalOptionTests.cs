using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests the options of runc, crun and youki before the subcommand: the wrapper must recognize a create after each.</summary>
public sealed class GlobalOptionTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public GlobalOptionTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("--root /r")]
    [InlineData("--root=/r")]
    [InlineData("-root /r")]
    [InlineData("-root=/r")]
    [InlineData("--root create")]
    [InlineData("--root state")]
    [InlineData("--root --help")]
    [InlineData("--root --version")]
    [InlineData("--root --")]
    [InlineData("--log L")]
    [InlineData("--log=L")]
    [InlineData("-log L")]
    [InlineData("-log=L")]
    [InlineData("--log run")]
    [InlineData("--log-format json")]
    [InlineData("--log-format=text")]
    [InlineData("-log-format json")]
    [InlineData("--log-level debug")]
    [InlineData("--log-level=debug")]
    [InlineData("--debug")]
    [InlineData("--debug=true")]
    [InlineData("-debug")]
    [InlineData("--systemd-cgroup")]
    [InlineData("--systemd-cgroup=false")]
    [InlineData("-systemd-cgroup")]
    [InlineData("--rootless true")]
    [InlineData("--rootless=auto")]
    [InlineData("-rootless auto")]
    [InlineData("--criu /usr/sbin/criu")]
    [InlineData("--criu=/usr/sbin/criu")]
    [InlineData("--cgroup-manager systemd")]
    [InlineData("--cgroup-manager=disabled")]
    [InlineData("--no-pivot")]
    [InlineData("-l L")]
    [InlineData("-r /r")]
    [InlineData("-s")]
    [InlineData("-d")]
    [InlineData("--systemd-log")]
    [InlineData("--unknown")]
    [InlineData("--unknown value")]
    [InlineData("--unknown=value")]
    [InlineData("--unknown --debug")]
    [InlineData("-u")]
    [InlineData("--")]
    [InlineData("--debug --")]
    [InlineData("--root /r --log L --log-format json --systemd-cgroup")]
    [InlineData("--root=/r --log=L --log-format=json --debug --rootless=true")]
    [InlineData("--root /var/run/docker/runtime-runc/moby --log L --log-format json --debug --systemd-cgroup --rootless false --criu /c")]
    public void A_create_after_a_global_option_is_a_create(string options)
    {
        string[] arguments = [.. options.Split(' '), "create", "--bundle", _bench.Bundle, "c1"];

        _bench.AssertInjectedOnce(_bench.Run(arguments.Select(word => (ByteString)word)));

        Assert.Equal([Probes.Recorder, .. arguments], Assert.Single(_bench.Calls).Arguments);
    }

    /// <summary>An option of the wrapper may follow any other option, as long as it is before the subcommand.</summary>
    [Theory]
    [InlineData("--wrap-config S create --bundle B c1", "create --bundle B c1")]
    [InlineData("--wrap-config=S create --bundle B c1", "create --bundle B c1")]
    [InlineData("-wrap-config S create --bundle B c1", "create --bundle B c1")]
    [InlineData("--debug --wrap-config S --root /r create --bundle B c1", "--debug --root /r create --bundle B c1")]
    [InlineData("--root /r --wrap-config=S create --bundle B c1", "--root /r create --bundle B c1")]
    [InlineData("--wrap-config /nowhere --wrap-config S create --bundle B c1", "create --bundle B c1")]
    public void Own_options_may_stand_anywhere_before_the_subcommand_and_are_removed(string line, string passed)
    {
        string[] words = [.. line.Split(' ').Select(Expand)];

        _bench.AssertInjectedOnce(_bench.RunBare(_bench.Root, null, words.Select(word => (ByteString)word)));

        string[] expected = [.. passed.Split(' ').Select(Expand)];
        Assert.Equal(expected, Assert.Single(_bench.Calls).Arguments[1..]);

        string Expand(string word) => word switch
        {
            "S" => _bench.SettingsFile,
            "B" => _bench.Bundle,
            _ when word.EndsWith("=S", StringComparison.Ordinal) => word[..^1] + _bench.SettingsFile,
            _ => word,
        };
    }

    [Fact]
    public void A_hundred_global_options_are_no_trouble()
    {
        string[] arguments = [.. Enumerable.Repeat("--debug", 100), "create", "--bundle", _bench.Bundle, "c1"];

        _bench.AssertInjectedOnce(_bench.Run(arguments.Select(word => (ByteString)word)));

        Assert.Equal(arguments, Assert.Single(_bench.Calls).Arguments[1..]);
    }

    /// <summary>If the wrapper passed it on, the runtime would report an error that explains nothing.</summary>
    [Fact]
    public void An_own_option_after_many_others_is_still_an_own_option()
    {
        string[] arguments = [.. Enumerable.Repeat("--debug", 70), "--wrap-config", _bench.SettingsFile, "create", "--bundle", _bench.Bundle, "c1"];

        _bench.AssertInjectedOnce(_bench.RunBare(_bench.Root, [$"PATH={_bench.Root}"], arguments.Select(word => (ByteString)word)));
    }
}
