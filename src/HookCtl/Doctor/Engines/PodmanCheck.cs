using HookCtl.Toml;

namespace HookCtl.Doctor.Engines;

/// <summary>
/// How the wrapper is registered with Podman, containers.conf(5), and whether Podman reads the same rules itself. Its files are read, as
/// <c>podman info</c> makes directories on a machine where Podman was never used.
/// </summary>
internal static class PodmanCheck
{
    private const string Name = "podman";
    private const string MachineDirectory = "/etc/containers/containers.conf.d";

    private static readonly string[] s_files = ["/usr/share/containers/containers.conf", "/etc/containers/containers.conf"];

    /// <summary>Where Podman looks for rules unless it is told otherwise, containers.conf(5) and podman(1).</summary>
    private static readonly string[] s_ownRules = ["/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d"];

    internal static IEnumerable<Finding> Run(Machine machine)
    {
        if (ProgramSearch.Find("podman") is null)
        {
            return [];
        }

        List<TomlStrings> settings = [.. machine.Files.TomlOf([.. s_files, .. machine.Files.Matching($"{MachineDirectory}/*.conf")])];
        string? standard = settings.FindLast(entry => entry is { Table: ["engine"], Key: "runtime" })?.Value;
        Dictionary<string, string> wrappers = Wrappers(machine, settings, standard);
        if (wrappers.Count == 0)
        {
            return
            [
                Finding.Note(
                    Name,
                    "runc-wrap is not registered; Podman reads rules by itself",
                    "only if the wrapper is wanted there: hookctl install podman"),
            ];
        }

        IReadOnlyList<string> rules =
            settings.FindLast(entry => entry is { Table: ["engine"], Key: "hooks_dir" })?.Values ?? s_ownRules;
        return wrappers.SelectMany(entry => Registered(machine, entry.Key, entry.Value, entry.Key == standard))
            .Concat(EngineRules.ReadTwice(
                Name, "Podman", rules, machine, "set hooks_dir = [] in containers.conf, or take the wrapper out of Podman"));
    }

    /// <summary>The names and the paths by which the wrapper is known.</summary>
    private static Dictionary<string, string> Wrappers(Machine machine, List<TomlStrings> settings, string? standard)
    {
        var wrappers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (standard is not null && standard.StartsWith('/') && machine.IsWrapper(standard))
        {
            wrappers[standard] = standard;
        }

        foreach (TomlStrings runtime in settings.FindAll(entry => entry.Table is ["engine", "runtimes"]))
        {
            // The first of the paths that is there is used.
            if (runtime.Values.FirstOrDefault(path => File.Exists(machine.Files.At(path))) is { } found && machine.IsWrapper(found))
            {
                wrappers[runtime.Key] = found;
            }
            else if (runtime.Values is [var missing] && machine.IsWrapper(missing))
            {
                wrappers[runtime.Key] = missing;
            }
        }

        return wrappers;
    }

    private static IEnumerable<Finding> Registered(Machine machine, string name, string wrapper, bool isDefault)
    {
        string use = isDefault ? "the default runtime" : $"for containers with --runtime={name}";
        return Registration.Defects(Name, name, wrapper, machine)
            .Prepend(Finding.Ok(Name, $"registered as \"{name}\", {use}: {wrapper}"));
    }
}
