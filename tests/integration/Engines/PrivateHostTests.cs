using System.Diagnostics;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests that engines leave nothing behind outside their private host.</summary>
[Trait("Needs", "root")]
public sealed class PrivateHostTests
{
    [Fact]
    public async Task What_is_left_behind_goes_with_the_host()
    {
        string marker = Guid.NewGuid().ToString("N");
        string root;
        string cgroup;
        await using (var host = new PrivateHost())
        {
            root = host.Root;
            cgroup = host.Cgroup;
            host.StartDaemon(Path.Combine(root, "log"), "sh", "-c", "trap '' TERM HUP; while :; do sleep 1; done", marker);
            _ = (await host.ShellAsync("""
                ip link add left0 type dummy
                mount -t tmpfs tmpfs /mnt
                echo here >/run/left
                echo here >"/dev/shm$1"
                echo here >/etc/ocihooks/left
                for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
                    if [ -e "$hierarchy/cgroup.procs" ]; then mkdir -p "$hierarchy$1/a/b"; fi
                done
                """, cgroup)).EnsureSuccess();
            Assert.Contains(marker, CommandLines(), StringComparison.Ordinal);
            Assert.NotEmpty(Cgroups(cgroup));
            Assert.True(File.Exists(host.Inside("/run/left")));
        }

        Assert.DoesNotContain(marker, CommandLines(), StringComparison.Ordinal);
        Assert.DoesNotContain(root, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.False(Directory.Exists("/sys/class/net/left0"));
        Assert.False(File.Exists("/run/left"));
        Assert.False(File.Exists($"/dev/shm{cgroup}"));
        Assert.False(File.Exists("/etc/ocihooks/left"));
        Assert.Empty(Cgroups(cgroup));
        Assert.False(Directory.Exists(root));
    }

    /// <summary>
    /// Podman and crun use each directory as a controller. In a directory that is not a hierarchy they write files that nothing removes.
    /// </summary>
    [Fact]
    public async Task A_directory_that_is_no_hierarchy_of_cgroups_is_not_there()
    {
        Assert.SkipWhen(
            File.Exists("/sys/fs/cgroup/cgroup.controllers"), "this machine has one hierarchy of cgroups for all controllers");
        string stray = Directory.CreateDirectory($"/sys/fs/cgroup/ocihooks-{Guid.NewGuid():N}").FullName;
        try
        {
            await using var host = new PrivateHost();
            string[] places = [.. Directory.GetDirectories(host.Inside("/sys/fs/cgroup")).Select(place => $"/sys/fs/cgroup/{Path.GetFileName(place)}")];

            Assert.NotEmpty(places);
            Assert.Subset(PrivateHost.CgroupHierarchies.ToHashSet(), places.ToHashSet());
            Assert.DoesNotContain("/sys/fs/cgroup/unified", places);
        }
        finally
        {
            Directory.Delete(stray);
        }
    }

    private static IEnumerable<string> Cgroups(string name) =>
        PrivateHost.CgroupHierarchies.Select(hierarchy => hierarchy + name).Where(Directory.Exists);

    private static string CommandLines() => string.Join('\n', Process.GetProcesses().Select(process =>
    {
        using (process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process.Id}/cmdline");
            }
            catch (IOException)
            {
                return "";
            }
        }
    }));
}
