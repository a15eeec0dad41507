using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests precreate programs in rules of the formats shared with Podman. The stage is Podman's extension there.</summary>
public sealed class SharedPrecreateTests : IDisposable
{
    private const string Original =
        """{ "ociVersion" : "1.0.2", "root":{"path":"rootfs"}, "process":{"args":["/bin/sh"],"cwd":"/"}, "hostname": "before" }""";

    private readonly WrapperBench _bench = new();

    public SharedPrecreateTests()
    {
        File.WriteAllText(_bench.Config, Original);
        _bench.Set("hookTimeout", TestTimeout.Limit.TotalSeconds);
    }

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> Rules => new(
        """{"version":"1.0.0","hook":{"path":"/bin/sh","args":["sh","-c","SCRIPT"]},"when":{"always":true},"stages":["precreate","poststop"]}""",
        """{"version":"1.0.0","hook":{"path":"/bin/sh","args":["sh","-c","SCRIPT"]},"when":{"commands":["sh$"]},"stages":["poststop","precreate"]}""",
        """{"hook":"/bin/sh","arguments":["-c","SCRIPT"],"cmds":["sh$"],"stages":["precreate","poststop"]}""",
        """{"version":"0.1.0","hook":"/bin/sh","arguments":["-c","SCRIPT"],"cmd":["sh$"],"stage":["poststop","precreate"]}""");

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_program_filters_the_configuration_and_runs_at_the_rules_other_stages(string rule)
    {
        _bench.WriteRule("a.json", rule.Replace("SCRIPT", "sed s/before/after/", StringComparison.Ordinal));

        _bench.Create().AssertSilentSuccess();

        JsonNode config = JsonNode.Parse(_bench.ConfigText)!;
        Assert.Equal("after", (string?)config["hostname"]);
        Assert.Equal("/bin/sh", (string?)config["hooks"]!["poststop"]![0]!["path"]);
        Assert.Equal(_bench.ConfigText, _bench.Calls.Single().Config);
    }

    /// <summary>Podman's documentation has such a rule as an example of the stage.</summary>
    [Fact]
    public void One_that_prints_what_it_gets_changes_nothing()
    {
        _bench.WriteRule(
            "a.json", """{"version":"1.0.0","hook":{"path":"/usr/bin/cat"},"when":{"always":true},"stages":["precreate"]}""");

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(Original, _bench.ConfigText);
    }

    [Theory]
    [InlineData("cat; exit 3", "failed with exit code 3")]
    [InlineData("echo no", "is not valid JSON")]
    [InlineData("true", "is empty")]
    public void Its_failure_refuses_the_container_as_in_Podman(string script, string told)
    {
        _bench.WriteRule("a.json", $$$"""
            {"version":"1.0.0","hook":{"path":"/bin/sh","args":["sh","-c","{{{script}}}"]},"when":{"always":true},"stages":["precreate"]}
            """);

        _bench.AssertRefused(_bench.Create(), 125, File.ReadAllBytes(_bench.Config), "precreate hook /bin/sh", "a.json", told);
    }

    [Fact]
    public void A_program_that_others_may_change_is_not_run()
    {
        string program = _bench.WriteScript("filter", "#!/bin/sh\ncat\n");
        _ = new Command("chmod", "go+w", program).Run().EnsureSuccess();
        _bench.WriteRule("a.json", WrapperBench.Rule("precreate", program));

        _bench.AssertRefused(_bench.Create(), 125, File.ReadAllBytes(_bench.Config), program, "is not to be trusted");
    }
}
