using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>
/// Tests a container in the host's PID namespace. With a unified hierarchy, its control group identifies it as well.
/// </summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class ControlGroupTests : IDisposable
{
    /// <summary>
    /// A script that enters its own control group, waits for a line, and then makes calls, some in another mount namespace.
    /// </summary>
    private const string Container = """
        echo $$ >"$1/cgroup.procs"
        echo $$
        read -r line
        exec "$2" filter 111 unshare 100
        """;

    /// <summary>The path where the unified hierarchy is mounted; null if it is not.</summary>
    private static readonly string? s_hierarchy = ((string[])["/sys/fs/cgroup", "/sys/fs/cgroup/unified"])
        .FirstOrDefault(place => File.Exists(Path.Combine(place, "cgroup.controllers")));

    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    private string Cgroup => Path.Combine(s_hierarchy!, Path.GetFileName(_root));

    /// <summary>Mounts a file system for eBPF objects. The recorder then uses no other.</summary>
    public ControlGroupTests() =>
        _ = new Command("mount", "-t", "bpf", "-o", "mode=0700", "bpf", Directory.CreateDirectory(Bpf).FullName).Run().EnsureSuccess();

    private string Bpf => Path.Combine(_root, "state", "bpf");

    public void Dispose()
    {
        _ = new Command("umount", Bpf).Run();
        Directory.Delete(_root, recursive: true);
        if (s_hierarchy is not null && Directory.Exists(Cgroup))
        {
            // The kernel allows the removal only a moment after the last process has died.
            _ = new Command("sh", "-c", "until rmdir \"$1\" 2>/dev/null; do sleep 0.05; done", "sh", Cgroup).Run().EnsureSuccess();
        }
    }

    [Fact]
    public async Task Namespaces_inside_a_control_group_are_recorded()
    {
        Assert.SkipWhen(s_hierarchy is null, "no unified hierarchy of control groups is mounted");
        _ = Directory.CreateDirectory(Cgroup);
        File.WriteAllText(Path.Combine(_root, "config.json"), """{"ociVersion":"1.0.2","root":{"path":"/"},"linux":{"seccomp":{}}}""");
        await using (RunningProgram container =
            new ExternalProgram("unshare", "--mount", "sh", "-c", Container, "sh", Cgroup, Probes.Caller).Start())
        {
            string pid = await container.ReadLineAsync();

            // runc reports this for a restored container, whose program has already started.
            Hook("stopped", pid);
            container.WriteLine("go");
            _ = await container.EndAsync();
        }

        Hook("stopped", "0");
        JsonNode recording = JsonNode.Parse(File.ReadAllBytes(Path.Combine(_root, "store", "c1.json")))!;
        Assert.Equal(
            ["exit_group", "getpgrp", "times", "unshare"],
            recording["calls"]!["SCMP_ARCH_X86_64"]!.AsObject().Select(call => call.Key));
    }

    private void Hook(string status, string pid) =>
        _ = new Command(
            Repository.SeccompRecorder, "hook", "--state", Path.Combine(_root, "state"), "--store", Path.Combine(_root, "store"))
        {
            Input = System.Text.Encoding.UTF8.GetBytes($$"""{"id":"c1","status":"{{status}}","pid":{{pid}},"bundle":"{{_root}}"}"""),
        }.Run().EnsureSuccess();
}
