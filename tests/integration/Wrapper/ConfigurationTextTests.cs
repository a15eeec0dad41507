using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests that every byte of a configuration outside hooks stays, whatever a JSON library would do with it.</summary>
public sealed class ConfigurationTextTests : IDisposable
{
    private const string Added = """{"path":"/bin/true"}""";

    private readonly WrapperBench _bench = new();

    public ConfigurationTextTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    /// <summary>Texts with § at the position of the addition.</summary>
    public static TheoryData<string, string> Texts => new()
    {
        { "{§}", "\"hooks\":{\"createRuntime\":[+]}" },
        { " {§  \n} \n", "\"hooks\":{\"createRuntime\":[+]}" },
        { """{"a":1.0,"b":1e400,"c":-0,"d":123456789012345678901234567890,"e":1E+2,"f":0.10§}""", ""","hooks":{"createRuntime":[+]}""" },
        { """{"<>&'":"<>&'+","\u003c":"\u003C\/\u2028","b":"\u00e9\b\f"§}""", ""","hooks":{"createRuntime":[+]}""" },
        { "{\"a\":\"\u2028\u2029\u007f\U0001F40B\"§}", ""","hooks":{"createRuntime":[+]}""" },
        { """{"a":"\ud800","\udc00\ud800":"\uD800x"§}""", ""","hooks":{"createRuntime":[+]}""" },
        { """{"annotations":{"k":"\ud800"},"process":{"args":["\udfff"]}§}""", ""","hooks":{"createRuntime":[+]}""" },
        { """{"a":1,"a":2,"a":{"b":1,"b":2}§}""", ""","hooks":{"createRuntime":[+]}""" },
        { """{"z":1,"a":0,"m":null,"e":[],"o":{},"s":""§}""", ""","hooks":{"createRuntime":[+]}""" },
        { "{\n\t\"root\" : { \"path\":\"/r\" },\r\n\t\"linux\":{}§\n}\n", ""","hooks":{"createRuntime":[+]}""" },
        { """{"Process":{"Args":["sh"]},"PROCESS":{"CWD":"/"}§}""", ""","hooks":{"createRuntime":[+]}""" },
        { """{"hooks":{"createRuntime":[{"path":"/a","x":1.0}§]},"z":1}""", ",+" },
        { """{"hooks":{"createRuntime":[ {"path":"/a"} , {"path":"/b"}§ ]}}""", ",+" },
        { """{"hooks":{"createRuntime":[§]}}""", "+" },
        { """{"hooks":{§}}""", "\"createRuntime\":[+]" },
        { """{"hooks":{"prestart":[{"path":"/a"}],"x":[1]§}}""", ""","createRuntime":[+]""" },
        { """{"hooks":{"prestart":null§}}""", ""","createRuntime":[+]""" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void The_hooks_are_added_and_nothing_else_changes(string text, string added)
    {
        string config = text.Replace("§", "", StringComparison.Ordinal);
        File.WriteAllText(_bench.Config, config);

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(text.Replace("§", added.Replace("+", Added, StringComparison.Ordinal), StringComparison.Ordinal), _bench.ConfigText);
        AssertGoneWithTheRule(Encoding.UTF8.GetBytes(config));
    }

    [Theory]
    [InlineData("""{"a":1,"hooks":null,"z":2}""", """{"a":1,"hooks":{"createRuntime":[+]},"z":2}""")]
    [InlineData("""{"hooks":{"createRuntime":null}}""", """{"hooks":{"createRuntime":[+]}}""")]
    [InlineData("""{"Hooks":{"createRuntime":[{"path":"/a"}]}}""", """{"hooks":{"createRuntime":[{"path":"/a"},+]}}""")]
    [InlineData("""{"HOOKS":{"prestart":[{"path":"/a"}]}}""", """{"hooks":{"prestart":[{"path":"/a"}],"createRuntime":[+]}}""")]
    [InlineData("""{"hooks":{"CreateRuntime":[{"path":"/a"}]}}""", """{"hooks":{"createRuntime":[{"path":"/a"},+]}}""")]
    [InlineData("""{"h\u006foks":{"createRuntime":[{"path":"/a"}]}}""", """{"hooks":{"createRuntime":[{"path":"/a"},+]}}""")]
    [InlineData("null", """{"hooks":{"createRuntime":[+]}}""")]
    public void Hooks_that_are_null_or_spelled_otherwise_are_those_that_a_runtime_sees(string config, string expected)
    {
        File.WriteAllText(_bench.Config, config);

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(expected.Replace("+", Added, StringComparison.Ordinal), _bench.ConfigText);
        AssertGoneWithTheRule(Encoding.UTF8.GetBytes(config));
    }

    /// <summary>runc uses the last, crun the first. Both must find every hook.</summary>
    [Theory]
    [InlineData("""{"hooks":{"createRuntime":[{"path":"/a"}]},"hooks":{"poststop":[{"path":"/b"}]}}""")]
    [InlineData("""{"hooks":{"createRuntime":[{"path":"/a"}]},"x":1,"Hooks":{"poststop":[{"path":"/b"}]}}""")]
    public void Of_repeated_hooks_none_is_lost(string config)
    {
        File.WriteAllText(_bench.Config, config);

        _bench.Create().AssertSilentSuccess();

        string hooks = Assert.Single(_bench.ConfigText.Split("\"hooks\":")[1..]);
        Assert.Contains("/a", hooks, StringComparison.Ordinal);
        Assert.Contains("/b", hooks, StringComparison.Ordinal);
        Assert.Contains(Added, hooks, StringComparison.Ordinal);
        AssertGoneWithTheRule(Encoding.UTF8.GetBytes(config));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_stay()
    {
        byte[] config = [.. "{\"a\":\""u8, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, .. "\",\"annotations\":{\""u8, 0xfe, .. "\":\""u8, 0x80, .. "\"}}"u8];
        File.WriteAllBytes(_bench.Config, config);

        _bench.Create().AssertSilentSuccess();

        byte[] expected = [.. config[..^1], .. Encoding.UTF8.GetBytes($$$""","hooks":{"createRuntime":[{{{Added}}}]}}""")];
        Assert.Equal(Encoding.Latin1.GetString(expected), Encoding.Latin1.GetString(File.ReadAllBytes(_bench.Config)));
        AssertGoneWithTheRule(config);
    }

    public static TheoryData<string> Samples =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "samples"), "*.json").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Samples))]
    public void An_engine_s_configuration_gains_a_hook_and_loses_nothing(string sample)
    {
        byte[] config = File.ReadAllBytes(Repository.Sample(sample));
        File.WriteAllBytes(_bench.Config, config);

        _bench.Create().AssertSilentSuccess();

        Assert.EndsWith(Added, _bench.Hooks()["createRuntime"][^1], StringComparison.Ordinal);
        AssertGoneWithTheRule(config);
    }

    [Fact]
    public void A_container_that_no_rule_is_for_keeps_its_very_file()
    {
        _bench.WriteRule("a.json", WrapperBench.Rule(when: """{"commands":["^/no/such$"]}"""));
        string before = Identity();

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(before, Identity());
        Assert.False(File.Exists(_bench.Record));
    }

    [Fact]
    public void What_is_as_it_should_be_is_not_written_again()
    {
        _bench.Create().AssertSilentSuccess();
        string before = Identity();

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(before, Identity());
    }

    private string Identity() => new Command("stat", "-c", "%i %y %z", _bench.Config).Run().EnsureSuccess().OutputText;

    private void AssertGoneWithTheRule(byte[] original)
    {
        File.Delete(Path.Combine(_bench.Rules, "a.json"));
        _bench.Create().AssertSilentSuccess();
        Assert.Equal(Encoding.Latin1.GetString(original), Encoding.Latin1.GetString(File.ReadAllBytes(_bench.Config)));
        Assert.False(File.Exists(_bench.Record));
    }
}
