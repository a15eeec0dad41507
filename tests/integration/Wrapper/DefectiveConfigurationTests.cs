using System.Globalization;
using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests that an invalid config.json is refused, with an error that names it, and not changed.</summary>
public sealed class DefectiveConfigurationTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public DefectiveConfigurationTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string, string> Malformed => new()
    {
        { "", "is empty" },
        { " \n\t", "is empty" },
        { "{", "is not valid JSON" },
        { "{\"a\":1,}", "is not valid JSON" },
        { "{\"a\":1 // comment\n}", "is not valid JSON" },
        { "{\"a\":1}}", "is not valid JSON" },
        { "{\"a\":1} {}", "is not valid JSON" },
        { "{\"a\":1}garbage", "is not valid JSON" },
        { "{\"a\":1}\0", "is not valid JSON" },
        { "{\"a\":01}", "is not valid JSON" },
        { "{\"a\":NaN}", "is not valid JSON" },
        { "{\"a\":\"\u0001\"}", "is not valid JSON" },
        { "{\"a\":\"\\x\"}", "is not valid JSON" },
        { "{'a':1}", "is not valid JSON" },
        { "\uFEFF{}", "byte order mark" },
        { "[]", "must be an object" },
        { "\"text\"", "must be an object" },
        { "{\"hooks\":[]}", "hooks is an array; it must be an object" },
        { "{\"hooks\":{\"createRuntime\":{}}}", "hooks.createRuntime is an object; it must be an array" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void It_is_refused_with_its_name_and_the_place(string text, string problem)
    {
        byte[] config = Encoding.UTF8.GetBytes(text);
        File.WriteAllBytes(_bench.Config, config);

        CommandResult result = _bench.Create();

        _bench.AssertRefused(result, 125, config, $"{_bench.Config}: ", problem, "(line ", ", column ");
        Assert.False(File.Exists(_bench.Record));
    }

    [Fact]
    public void Cut_short_at_any_byte_it_is_refused()
    {
        byte[] whole = File.ReadAllBytes(_bench.Config);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(_bench.Config, whole[..length]);
            _bench.AssertRefused(_bench.Create(), 125, whole[..length], _bench.Config);
        }
    }

    [Fact]
    public void One_that_is_missing_is_named() =>
        AssertMissing(() => File.Delete(_bench.Config), "no such file or directory");

    [Fact]
    public void One_that_is_a_directory_is_named() => AssertMissing(() =>
    {
        File.Delete(_bench.Config);
        _ = Directory.CreateDirectory(_bench.Config);
    }, "is a directory");

    [Fact]
    public void One_that_is_a_FIFO_is_not_waited_for() => AssertMissing(() =>
    {
        File.Delete(_bench.Config);
        _ = new Command("mkfifo", _bench.Config).Run().EnsureSuccess();
    }, "is not a regular file");

    [Fact]
    public void A_link_that_leads_nowhere_is_named() => AssertMissing(() =>
    {
        File.Delete(_bench.Config);
        _ = File.CreateSymbolicLink(_bench.Config, "nowhere");
    }, "no such file or directory");

    [Fact]
    public void A_link_to_itself_is_named() => AssertMissing(() =>
    {
        File.Delete(_bench.Config);
        _ = File.CreateSymbolicLink(_bench.Config, "config.json");
    }, "too many levels of symbolic links");

    [Fact]
    public void A_bundle_that_is_missing_is_named() =>
        _bench.AssertRefused(_bench.Run("create", "--bundle", "/nowhere/bundle", "c1"), 125, null, "/nowhere/bundle/config.json: ", "no such file");

    [Fact]
    public void Without_rules_even_a_broken_one_is_the_runtime_s_business()
    {
        File.Delete(Path.Combine(_bench.Rules, "a.json"));
        File.WriteAllText(_bench.Config, "{");

        _bench.Create().AssertSilentSuccess();

        Assert.Equal("{", Assert.Single(_bench.Calls).Config);
    }

    /// <summary>Go's limit. A runtime does not read deeper nesting either.</summary>
    [Theory]
    [InlineData(9_990, true)]
    [InlineData(10_001, false)]
    [InlineData(20_000, false)]
    [InlineData(1_000_000, false)]
    public void It_may_be_nested_as_deep_as_Go_reads(int depth, bool accepted)
    {
        byte[] config = Encoding.UTF8.GetBytes($$"""{"x":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""");
        File.WriteAllBytes(_bench.Config, config);

        CommandResult result = _bench.Create();

        if (accepted)
        {
            _bench.AssertInjectedOnce(result);
        }
        else
        {
            _bench.AssertRefused(result, 125, config, _bench.Config);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public void It_may_be_of_many_megabytes(int megabytes)
    {
        using (StreamWriter writer = new(_bench.Config))
        {
            writer.Write("""{"process":{"args":["/bin/sh"]},"mounts":[{"destination":"/"}""");
            for (int i = 0; i < megabytes * 10_000; i++)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $$""",{"destination":"/{{i:D60}}","options":["ro","nosuid"]}"""));
            }

            writer.Write("""],"annotations":{"k":"v"}}""");
        }

        Assert.InRange(new FileInfo(_bench.Config).Length, megabytes * 900_000L, megabytes * 2_000_000L);
        _bench.AssertInjectedOnce(_bench.Create());
    }

    /// <summary>The kernel limits arguments but not annotations, and rules must see them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void An_annotation_may_be_of_many_megabytes(int megabytes)
    {
        WriteAnnotation(megabytes);

        _bench.AssertInjectedOnce(_bench.Create());
    }

    [Fact]
    public void An_annotation_that_is_larger_than_the_memory_allowed_is_refused_in_words()
    {
        WriteAnnotation(100);

        _bench.AssertRefused(_bench.Create(), 125, null, "too large for the wrapper's 64 MB of memory");
    }

    private void WriteAnnotation(int megabytes) =>
        File.WriteAllText(_bench.Config, $$$"""{"annotations":{"k":"{{{new string('v', megabytes * 1024 * 1024)}}}"}}""");

    private void AssertMissing(Action arrange, string problem)
    {
        arrange();
        _bench.AssertRefused(_bench.Create(), 125, null, $"{_bench.Config}: ", problem);
    }
}
