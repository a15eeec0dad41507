using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl.Doctor;

/// <summary>What <c>hookctl doctor</c> reads in the settings of containerd, Podman and CRI-O.</summary>
[Trait("Needs", "root")]
public sealed class DoctorEngineFileTests : IDisposable
{
    private readonly PrivateHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("io.containerd.grpc.v1.cri", "runc")]
    [InlineData("io.containerd.grpc.v1.cri", "hooked")]
    public void A_runtime_of_containerd_is_found_by_its_own_reading(string plugin, string standard)
    {
        ExplainedContainer.Install(_host, $"""
            version = 2
            [plugins."{plugin}".containerd]
              default_runtime_name = "{standard}"
            [plugins."{plugin}".containerd.runtimes.hooked]
              runtime_type = "io.containerd.runc.v2"
              [plugins."{plugin}".containerd.runtimes.hooked.options]
                BinaryName = "{Repository.Wrapper}" # the wrapper
            """, "/etc/containerd/config.toml");

        string use = standard == "hooked" ? "the default runtime" : "for pods whose RuntimeClass has the handler hooked";
        Assert.Equal([("ok", $"registered as \"hooked\", {use}: {Repository.Wrapper}")], Findings("containerd"));
    }

    [Fact]
    public void A_broken_file_of_containerd_is_told()
    {
        ExplainedContainer.Install(_host, "version = [", "/etc/containerd/config.toml");

        Assert.Equal("warning", Assert.Single(Findings("containerd")).Severity);
    }

    [Fact]
    public void A_runtime_of_podman_is_found_and_rules_that_are_read_twice()
    {
        ExplainedContainer.Install(
            _host,
            """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["poststop"]}""",
            "/etc/containers/oci/hooks.d/a.json");
        ExplainedContainer.Install(_host, $"""
            [engine]
            runtime = 'hooked'
            runtime_supports_json = ["runc", "hooked"]
            [engine.runtimes]
            hooked = [
              "/no/such/runc-wrap", # elsewhere
              "{Repository.Wrapper}",
            ]
            """, "/etc/containers/containers.conf.d/hooked.conf");

        Assert.Equal(
            [
                ("ok", $"registered as \"hooked\", the default runtime: {Repository.Wrapper}"),
                ("warning", "Podman reads /etc/containers/oci/hooks.d itself: hooks of its rules run twice in containers of the wrapper"),
            ],
            Findings("podman"));
    }

    [Fact]
    public void A_runtime_of_cri_o_is_found()
    {
        ExplainedContainer.Install(_host, $"""
            [crio.runtime]
            default_runtime = "runc"
            [crio.runtime.runtimes.hooked]
            runtime_path = "{Repository.Wrapper}"
            """, "/etc/crio/crio.conf.d/10-hooked.conf");

        Assert.Equal(
            [("ok", $"registered as \"hooked\", for pods whose RuntimeClass has the handler hooked: {Repository.Wrapper}")],
            Findings("cri-o"));
    }

    private IReadOnlyList<(string Severity, string Text)> Findings(string check) =>
    [
        .. DoctorFinding.All(_host.Run(Repository.HookCtl, "doctor", "--json", "--no-container"))
            .Where(found => found.Check == check)
            .Select(found => (found.Severity, found.Text)),
    ];
}
