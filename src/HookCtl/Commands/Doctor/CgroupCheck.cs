namespace HookCtl.Commands.Doctor;

/// <summary>Which layout of control groups the machine has, cgroups(7).</summary>
internal static class CgroupCheck
{
    private const string Name = "cgroups";
    private const string Root = "/sys/fs/cgroup";
    private const string UnifiedMark = "cgroup.controllers";

    internal static async Task<IEnumerable<Finding>> RunAsync(Machine machine)
    {
        if (File.Exists(machine.Files.At($"{Root}/{UnifiedMark}")))
        {
            return [Finding.Ok(Name, "version 2")];
        }

        if (!machine.Files.Directories(Root).Any())
        {
            return [Finding.Problem(Name, $"there are none in {Root}, which runtimes need", "mount them, or boot with systemd")];
        }

        if (!File.Exists(machine.Files.At($"{Root}/unified/{UnifiedMark}")))
        {
            return [Finding.Ok(Name, "version 1")];
        }

        return
        [
            await LowLevelRuntimeCheck.VersionAsync(machine) is { } version && version.StartsWith("crun ", StringComparison.Ordinal)
                ? Finding.Warning(
                    Name,
                    $"version 1 with version 2 beside it (hybrid), where {version} may refuse containers",
                    "boot with systemd.unified_cgroup_hierarchy=1, or set \"runtime\" to \"runc\"")
                : Finding.Ok(Name, "version 1 with version 2 beside it (hybrid)"),
        ];
    }
}
