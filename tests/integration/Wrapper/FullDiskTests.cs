using System.Globalization;
using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests that the old configuration stays whole if there is no room for the new one.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public FullDiskTests() => _bench.WriteRule(
        "a.json",
        $$"""{"version":"1.0.0","hook":{"path":"/bin/true","args":["{{new string('x', 3000)}}"]},"when":{"always":true},"stages":["poststop"]}""");

    public static TheoryData<int> Sizes => [4000, 8190, 40_000];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [Trait("Needs", "root")]
    [MemberData(nameof(Sizes))]
    public void With_any_number_of_pages_left_it_is_the_old_or_the_new(int size) => FillUp(size, bindMounted: false);

    [Theory]
    [Trait("Needs", "root")]
    [MemberData(nameof(Sizes))]
    public void With_any_number_of_pages_left_a_mount_point_is_the_old_or_the_new(int size) => FillUp(size, bindMounted: true);

    [Fact]
    [Trait("Needs", "root")]
    public void Without_an_inode_left_it_is_the_old()
    {
        using var disk = Mount.Memory(_bench.Bundle, "size=1m,nr_inodes=2");
        File.WriteAllBytes(_bench.Config, WrapperBench.MinimalConfig);

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, _bench.Bundle, "no space left on device");
        _bench.AssertNothingLeftBehind();
    }

    /// <summary>A process's file size limit, in the shell's units of 512 bytes. It must cause an error, not death by its signal.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(40)]
    public void A_limit_on_the_size_of_files_is_an_error(int blocks)
    {
        byte[] config = Config(5000);
        File.WriteAllBytes(_bench.Config, config);

        CommandResult result = _bench.RunScript($"ulimit -f {blocks}; unset RECORDER_DIR; exec \"$@\"", "create", "--bundle", _bench.Bundle, "c1");

        AssertOldOrNew(result, config, "file too large");
        _bench.AssertNothingLeftBehind();
        _bench.Create().AssertSilentSuccess();
        _ = Assert.Single(_bench.Hooks()["poststop"]);
    }

    [Theory]
    [InlineData("{", "{}")]
    [InlineData("{}", "{")]
    public void A_limit_on_the_size_of_files_does_not_keep_an_error_from_being_told(string rule, string config)
    {
        _bench.WriteRule("a.json", rule);
        File.WriteAllText(_bench.Config, config);

        CommandResult result = _bench.RunScript("ulimit -f 0; exec \"$@\"", "--log", Path.Combine(_bench.Root, "log"), "create", "--bundle", _bench.Bundle, "c1");

        result.AssertFailed(125);
    }

    [Fact]
    public void A_limit_on_the_size_of_files_does_not_keep_a_container_from_starting_unlogged()
    {
        File.Delete(Path.Combine(_bench.Rules, "a.json"));
        _bench.Set("log", new System.Text.Json.Nodes.JsonObject { ["journald"] = false, ["level"] = "debug", ["file"] = Path.Combine(_bench.Root, "log") });

        _bench.RunScript("ulimit -f 0; unset RECORDER_DIR; exec \"$@\"", "create", "--bundle", _bench.Bundle, "c1").AssertSilentSuccess();
    }

    private static byte[] Config(int size) => Encoding.UTF8.GetBytes($$"""{"filling":"{{new string('x', size)}}"}""");

    private void FillUp(int size, bool bindMounted)
    {
        using var disk = Mount.Memory(_bench.Bundle, "size=256k");
        byte[] config = Config(size);
        string filler = Path.Combine(_bench.Bundle, "filler");
        var outcomes = new HashSet<int?>();
        for (int pages = 0; pages < 40; pages++)
        {
            File.Delete(_bench.Config);
            File.Delete(_bench.Record);
            File.WriteAllBytes(_bench.Config, config);
            using Mount? point = bindMounted ? Mount.Bind(_bench.Config, _bench.Config) : null;
            Fill(filler, pages);

            CommandResult result = _bench.RunScript("unset RECORDER_DIR; exec \"$@\"", "create", "--bundle", _bench.Bundle, "c1");

            AssertOldOrNew(result, config, "no space left on device");
            _ = outcomes.Add(result.ExitCode);
            Assert.Empty(Directory.GetFileSystemEntries(_bench.Bundle).Except([_bench.Config, _bench.Record, filler]));
            File.Delete(filler);
            _bench.Create().AssertSilentSuccess();
            _ = Assert.Single(_bench.Hooks()["poststop"]);
        }

        Assert.Equal([0, 125], outcomes.Order());
    }

    /// <summary>Fills all space except some pages.</summary>
    private static void Fill(string filler, int pages)
    {
        _ = new Command("dd", "if=/dev/zero", $"of={filler}", "bs=4096").Run();
        using FileStream file = new(filler, FileMode.Open);
        file.SetLength(Math.Max(0, file.Length - (pages * 4096)));
        Assert.True(file.Length > 0, string.Create(CultureInfo.InvariantCulture, $"the disk is too small for {pages} pages"));
    }

    private void AssertOldOrNew(CommandResult result, byte[] config, string problem)
    {
        if (result.ExitCode == 0)
        {
            result.AssertSilentSuccess();
            _ = Assert.Single(_bench.Hooks()["poststop"]);
        }
        else
        {
            result.AssertFailed(125, _bench.Bundle, problem);
            Assert.True(config.AsSpan().SequenceEqual(File.ReadAllBytes(_bench.Config)), "refused, but the configuration was changed");
        }
    }
}
