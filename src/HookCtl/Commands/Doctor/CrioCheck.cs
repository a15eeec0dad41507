using HookCtl.Engines;
using HookCtl.Engines.Crio;
using HookCtl.Processes;
using HookCtl.Toml;

namespace HookCtl.Commands.Doctor;

/// <summary>How the wrapper is registered with CRI-O, crio.conf(5).</summary>
internal static class CrioCheck
{
    private const string Name = "cri-o";

    /// <summary>Where CRI-O looks for rules unless it is told otherwise, crio.conf(5).</summary>
    private static readonly string[] s_ownRules = ["/usr/share/containers/oci/hooks.d"];

    internal static IEnumerable<Finding> Run(Machine machine)
    {
        string[] files = [.. CrioRuntimes.Files(machine.Files)];
        if (ProgramSearch.Find("crio") is null && files.All(file => machine.Files.Text(file) is null))
        {
            return [];
        }

        TomlText[] texts = [.. files.Select(machine.Files.Toml).OfType<TomlText>()];
        var runtimes = new CrioRuntimes(texts);
        List<Finding> findings = [];
        foreach ((string name, RuntimeTable table) in runtimes.Tables)
        {
            if (table.String("runtime_path") is { } path && machine.IsWrapper(path))
            {
                string use = name == runtimes.Default ? "the default runtime" : $"for pods whose RuntimeClass has the handler {name}";
                findings.Add(Finding.Ok(Name, $"registered as \"{name}\", {use}: {path}"));
                findings.AddRange(Registration.Defects(Name, name, path, machine));
                findings.AddRange(Differences(machine, new NamedRuntime(name, table), runtimes, DefaultWithout(texts, name)));
            }
        }

        IReadOnlyList<string> rules = texts.Select(text => text.Find("crio", "runtime", "hooks_dir")?.Strings)
            .LastOrDefault(directories => directories is not null) ?? s_ownRules;
        return findings.Count > 0
            ? findings.Concat(EngineRules.ReadTwice(
                Name, "CRI-O", rules, machine, "set hooks_dir = [] in crio.conf, or take the wrapper out of CRI-O"))
            : [Finding.Note(Name, "runc-wrap is not registered; CRI-O reads rules by itself", null)];
    }

    /// <summary>The default runtime by the files that do not make one with this name the default; null if CRI-O chooses.</summary>
    private static string? DefaultWithout(IEnumerable<TomlText> texts, string name) =>
        texts.Select(text => new CrioRuntimes([text]).Default).LastOrDefault(standard => standard is not null && standard != name);

    /// <summary>How the wrapper differs from the runtime in whose place an install puts it: the one that is the default without it.</summary>
    private static IEnumerable<Finding> Differences(Machine machine, NamedRuntime own, CrioRuntimes runtimes, string? standard)
    {
        string? name = new[] { standard, "crun", "runc" }.FirstOrDefault(candidate => candidate is not null
            && (runtimes.Tables.TryGetValue(candidate, out RuntimeTable? table)
                ? CrioRuntimes.IsForRunc(table) && !(table.String("runtime_path") is { } path && machine.IsWrapper(path))
                : candidate == standard));

        // Of one that has no table it is not known what CRI-O gives it.
        if (name is null || !runtimes.Tables.TryGetValue(name, out RuntimeTable? settings))
        {
            return [];
        }

        var other = new NamedRuntime(name, settings);
        var differences = new RuntimeDifferences(
            Name,
            own,
            other,
            $"hookctl install crio --name {own.Name}, if that registered it, or else set it in {CrioRuntimes.DropInDirectory}; "
                + "then systemctl restart crio");
        return differences
            .Find(setting => setting.Key[0] is "runtime_path" or "inherit_default_runtime" or "platform_runtime_paths"
                || setting is { Key: ["runtime_type"], Value: "\"oci\"" })
            .Concat(differences.OfProgram(other.Table.String("runtime_path") ?? other.Name, machine));
    }
}
