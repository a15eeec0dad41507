using HookCtl.Engines;
using HookCtl.Engines.Podman;
using HookCtl.Processes;

namespace HookCtl.Commands.Doctor;

/// <summary>
/// How the wrapper is registered with Podman, containers.conf(5), and whether Podman reads the same rules itself. Its files are read, as
/// <c>podman info</c> makes directories on a machine where Podman was never used.
/// </summary>
internal static class PodmanCheck
{
    private const string Name = "podman";

    /// <summary>Where Podman looks for rules unless it is told otherwise, containers.conf(5) and podman(1).</summary>
    private static readonly string[] s_ownRules = ["/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d"];

    internal static async Task<IEnumerable<Finding>> RunAsync(Machine machine)
    {
        if (ProgramSearch.Find("podman") is null)
        {
            return [];
        }

        var settings = PodmanSettings.OfMachine(machine.Files);
        Dictionary<string, string> wrappers = Wrappers(machine, settings);
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

        LowLevelChoice? lowLevel = await machine.LowLevelAsync();
        return wrappers.SelectMany(entry => Registered(machine, settings, lowLevel, entry.Key, entry.Value))
            .Concat(EngineRules.ReadTwice(
                Name, "Podman", settings.HooksDirs ?? s_ownRules, machine,
                "set hooks_dir = [] in containers.conf, or take the wrapper out of Podman"));
    }

    /// <summary>The names and the paths by which the wrapper is known.</summary>
    private static Dictionary<string, string> Wrappers(Machine machine, PodmanSettings settings)
    {
        var wrappers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (settings.Default is { } standard && standard.StartsWith('/') && machine.IsWrapper(standard))
        {
            wrappers[standard] = standard;
        }

        foreach ((string name, IReadOnlyList<string> programs) in settings.Runtimes)
        {
            // The first of the paths that is there is used.
            if (programs.FirstOrDefault(path => File.Exists(machine.Files.At(path))) is { } found && machine.IsWrapper(found))
            {
                wrappers[name] = found;
            }
            else if (programs is [var missing] && machine.IsWrapper(missing))
            {
                wrappers[name] = missing;
            }
        }

        return wrappers;
    }

    private static IEnumerable<Finding> Registered(
        Machine machine, PodmanSettings settings, LowLevelChoice? lowLevel, string name, string wrapper)
    {
        string use = name == settings.Default ? "the default runtime" : $"for containers with --runtime={name}";
        return Registration.Defects(Name, name, wrapper, machine)
            .Prepend(Finding.Ok(Name, $"registered as \"{name}\", {use}: {wrapper}"))
            .Concat(Differences(settings, lowLevel?.Name, name));
    }

    /// <summary>What Podman, which judges a runtime by its name, takes the wrapper for, and what it takes for it that the wrapper calls.</summary>
    private static IEnumerable<Finding> Differences(PodmanSettings settings, string? called, string name)
    {
        if (called is null)
        {
            yield break;
        }

        string judged = Path.GetFileName(name);
        foreach (string key in PodmanSettings.NameDependentSettings.Keys)
        {
            IReadOnlyList<string> names = settings.NameDependent(key);
            bool isIn = names.Contains(judged);
            if (isIn != names.Contains(called))
            {
                yield return Finding.Warning(
                    Name,
                    $"{key} {(isIn ? $"has \"{judged}\", but not" : $"lacks \"{judged}\", but has")} \"{called}\", which runc-wrap calls: "
                    + Effect(key, isIn),
                    name == judged
                        ? $"hookctl install podman --name {name}, or correct the list in containers.conf"
                        : "correct the list in containers.conf");
            }
        }

        if (settings.Flags(judged) != settings.Flags(called))
        {
            yield return Finding.Warning(
                Name,
                $"runtimes_flags has {settings.Flags(judged) ?? "nothing"} for \"{judged}\", and {settings.Flags(called) ?? "nothing"} for "
                + $"\"{called}\", which runc-wrap calls",
                $"give \"{judged}\" the same in containers.conf");
        }
    }

    private static string Effect(string key, bool isIn) => (key, isIn) switch
    {
        ("runtime_supports_nocgroup", false) => "podman run --cgroups disabled is refused",
        ("runtime_supports_nocgroup", true) => "podman run --cgroups disabled fails in the runtime",
        ("runtime_supports_json", false) => "Podman does not show why the runtime failed",
        _ => "Podman takes them for different kinds",
    };
}
