using HookCtl.Toml;

namespace HookCtl.Doctor.Engines;

/// <summary>How the wrapper is registered with CRI-O, crio.conf(5).</summary>
internal static class CrioCheck
{
    private const string Name = "cri-o";
    private const string SettingsPath = "/etc/crio/crio.conf";

    /// <summary>Where CRI-O looks for rules unless it is told otherwise, crio.conf(5).</summary>
    private static readonly string[] s_ownRules = ["/usr/share/containers/oci/hooks.d"];

    internal static IEnumerable<Finding> Run(Machine machine)
    {
        string[] files = [SettingsPath, .. machine.Files.Matching($"{SettingsPath}.d/*")];
        if (ProgramSearch.Find("crio") is null && files.All(file => machine.Files.Text(file) is null))
        {
            return [];
        }

        List<TomlStrings> settings = [.. machine.Files.TomlOf(files)];
        string? standard = settings.FindLast(entry => entry is { Table: ["crio", "runtime"], Key: "default_runtime" })?.Value;
        List<Finding> findings = [];
        foreach (TomlStrings entry in settings.FindAll(entry => entry.Key == "runtime_path"))
        {
            if (entry is { Table: ["crio", "runtime", "runtimes", var name], Values: [var path] } && machine.IsWrapper(path))
            {
                string use = name == standard ? "the default runtime" : $"for pods whose RuntimeClass has the handler {name}";
                findings.Add(Finding.Ok(Name, $"registered as \"{name}\", {use}: {path}"));
                findings.AddRange(Registration.Defects(Name, name, path, machine));
            }
        }

        IReadOnlyList<string> rules =
            settings.FindLast(entry => entry is { Table: ["crio", "runtime"], Key: "hooks_dir" })?.Values ?? s_ownRules;
        return findings.Count > 0
            ? findings.Concat(EngineRules.ReadTwice(
                Name, "CRI-O", rules, machine, "set hooks_dir = [] in crio.conf, or take the wrapper out of CRI-O"))
            : [Finding.Note(Name, "runc-wrap is not registered; CRI-O reads rules by itself", null)];
    }
}
