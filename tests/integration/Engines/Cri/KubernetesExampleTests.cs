using IntegrationTests.Fixture;

namespace IntegrationTests.Engines.Cri;

/// <summary>Tests that the parts of the example for Kubernetes agree with each other.</summary>
public sealed class KubernetesExampleTests
{
    /// <summary>Other tests run containerd with the first. Only this one covers the second, which needs a newer containerd.</summary>
    [Fact]
    public void The_configurations_of_containerd_1_and_2_name_the_same_runtimes()
    {
        const string Default = "[plugins.\"io.containerd.cri.v1.runtime\".containerd.runtimes.runc]";
        IEnumerable<string> first = Lines("containerd-1.toml")
            .Select(line => line.Replace("io.containerd.grpc.v1.cri", "io.containerd.cri.v1.runtime", StringComparison.Ordinal));

        // Only containerd 1 needs an entry for its default runtime.
        Assert.Equal([Default, "  runtime_type = \"io.containerd.runc.v2\"", .. Lines("containerd-2.toml").Skip(1)], first);
        Assert.Equal("version = 3", Lines("containerd-2.toml").First());
    }

    [Fact]
    public void The_RuntimeClass_has_a_runtime_and_the_pod_the_RuntimeClass()
    {
        Assert.Contains("handler: hooked", Lines("runtimeclass.yaml"));
        Assert.Contains("  name: hooked", Lines("runtimeclass.yaml"));
        Assert.Contains("  runtimeClassName: hooked", Lines("pod.yaml"));
        Assert.Contains("[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.hooked]", Lines("containerd-1.toml"));
    }

    [Fact]
    public async Task The_rule_has_nothing_wrong_but_that_its_hook_is_to_be_written_first()
    {
        CommandResult result = await new ExternalProgram(Repository.HookCtl, "validate", Example("10-log-shop.json")).RunAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("\"/usr/local/bin/log-create\" does not exist", result.OutputText, StringComparison.Ordinal);
        Assert.EndsWith("\n1 file, 0 errors, 1 warning\n", result.OutputText, StringComparison.Ordinal);
    }

    private static string Example(string name) => Path.Combine(Repository.Root, "examples/kubernetes", name);

    /// <summary>Returns the lines that are neither empty nor comments.</summary>
    private static IEnumerable<string> Lines(string name) =>
        File.ReadAllLines(Example(name)).Where(line => line.Length > 0 && !line.StartsWith('#'));
}
