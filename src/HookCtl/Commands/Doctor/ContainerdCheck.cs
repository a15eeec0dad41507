using HookCtl.Engines;
using HookCtl.Engines.Containerd;
using HookCtl.Files;
using HookCtl.Processes;
using HookCtl.Toml;

namespace HookCtl.Commands.Doctor;

/// <summary>How the wrapper is registered with containerd's CRI plugin, for Kubernetes. ctr and nerdctl are told at each call.</summary>
internal static class ContainerdCheck
{
    private const string Name = "containerd";
    private const string SettingsPath = ContainerdSettings.DefaultFile;

    internal static async Task<IEnumerable<Finding>> RunAsync(Machine machine)
    {
        if (ProgramSearch.Find("containerd") is not { } program)
        {
            return [];
        }

        ProgramResult dump = await machine.RunAsync(program.ToString(), "config", "dump");
        if (dump.TimedOut)
        {
            return [Finding.Warning(Name, $"containerd config dump: {dump.Failure}", "run it by hand, and this again when it answers")];
        }

        if (dump.ExitCode != 0)
        {
            return
            [
                Finding.Warning(
                    Name,
                    $"containerd config dump fails, and so may containerd with {SettingsPath}: {dump.LastLines(1)}",
                    "fix that file"),
            ];
        }

        var runtimes = new ContainerdRuntimes(TomlText.Parse("containerd config dump", dump.Output));
        List<Finding> findings = [];
        foreach ((string name, RuntimeTable table) in runtimes.Tables)
        {
            if (Registered(name, table).Wrapper(machine) is { } wrapper)
            {
                string use = name == runtimes.Default ? "the default runtime" : $"for pods whose RuntimeClass has the handler {name}";
                findings.Add(Finding.Ok(Name, $"registered as \"{name}\", {use}: {wrapper}"));
                findings.AddRange(Registration.Defects(Name, name, wrapper, machine));
                findings.AddRange(Differences(machine, new NamedRuntime(name, table), runtimes));
            }
        }

        return findings.Count > 0 ? findings :
        [
            Finding.Note(
                Name,
                "runc-wrap is not registered for Kubernetes (CRI); ctr needs no registration",
                "for Kubernetes: hookctl install containerd"),
        ];
    }

    private static Registration Registered(string name, RuntimeTable table) =>
        new(name, table.String("options", "BinaryName"), [], table.String("runtime_type"));

    private static IEnumerable<Finding> Differences(Machine machine, NamedRuntime own, ContainerdRuntimes runtimes)
    {
        bool hasOwnShim = !ContainerdRuntimes.IsForRunc(own.Table);
        if (hasOwnShim && own.Table.Settings.Any(setting => setting.Key[0] == "options"))
        {
            yield return Finding.Problem(
                Name,
                $"\"{own.Name}\" has options, which containerd hands to {own.Table.String("runtime_type")} in a form that the shim does not "
                + "know: its pods cannot be created",
                $"remove its options, or give it runtime_type = \"io.containerd.runc.v2\" and {machine.Wrapper} as options.BinaryName");
        }

        string? earlier = EarlierDefault(machine, own.Name);
        NamedRuntime? other = new[] { runtimes.Default, earlier, ContainerdRuntimes.ContainerdsOwn }
            .OfType<string>()
            .Where(runtimes.Tables.ContainsKey)
            .Select(name => new NamedRuntime(name, runtimes.Tables[name]))
            .FirstOrDefault(runtime => ContainerdRuntimes.IsForRunc(runtime.Table) && Registered(runtime.Name, runtime.Table).Wrapper(machine) is null);
        if (other is null)
        {
            yield break;
        }

        string advice = hasOwnShim
            ? $"give it the same in containerd's file, but for options, which only runtime_type = \"io.containerd.runc.v2\" with {machine.Wrapper} "
                + "as options.BinaryName can have; then systemctl restart containerd"
            : $"hookctl install containerd --name {own.Name}, if that registered it, or else set it in containerd's file; "
                + "then systemctl restart containerd";
        var differences = new RuntimeDifferences(Name, own, other, advice);
        bool isGuess = own.Name == runtimes.Default && earlier is null;
        IEnumerable<Finding> findings = differences.Find(setting => setting.Key switch
        {
            ["options", "BinaryName"] => true,

            // Behind that shim the wrapper sees by itself when cgroups are systemd's.
            ["options", "SystemdCgroup"] or ["runtime_type"] => hasOwnShim,
            _ => false,
        });
        foreach (Finding finding in findings.Concat(differences.OfProgram(other.Table.String("options", "BinaryName"), machine)))
        {
            yield return isGuess ? finding with { Severity = FindingSeverity.Warning } : finding;
        }
    }

    /// <summary>
    /// The default runtime before an install, whose settings it took over: as the copies of containerd's files from before it tell. Null if
    /// there are none.
    /// </summary>
    private static string? EarlierDefault(Machine machine, string name)
    {
        string[] known =
        [
            .. ContainerdSettings.Read(machine.Files, SettingsPath)
                .Select(file => machine.Files.Toml(FileChange.BackupOf(file.Path, name)))
                .OfType<TomlText>()
                .Select(before => new ContainerdRuntimes(before).Default),
        ];
        return known.LastOrDefault(standard => standard != ContainerdRuntimes.ContainerdsOwn) ?? known.LastOrDefault();
    }
}
