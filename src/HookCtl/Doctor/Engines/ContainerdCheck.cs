using System.Text;
using HookCtl.Toml;

namespace HookCtl.Doctor.Engines;

/// <summary>How the wrapper is registered with containerd's CRI plugin, for Kubernetes. ctr and nerdctl are told at each call.</summary>
internal static class ContainerdCheck
{
    private const string Name = "containerd";
    private const string SettingsPath = "/etc/containerd/config.toml";

    internal static IEnumerable<Finding> Run(Machine machine)
    {
        if (ProgramSearch.Find("containerd") is not { } program)
        {
            return [];
        }

        ProgramEnd dump = Machine.Run(program.ToString(), "config", "dump");
        if (dump.ExitCode != 0)
        {
            return
            [
                Finding.Warning(
                    Name,
                    $"containerd config dump fails, and so may containerd with {SettingsPath}: {dump.LastWords(1)}",
                    "mend that file"),
            ];
        }

        List<TomlStrings> settings = [.. TomlStrings.Of(TomlText.Parse("containerd config dump", Encoding.UTF8.GetBytes(dump.Output)))];
        string? standard = settings.Find(entry => entry is { Table: [.., "containerd"], Key: "default_runtime_name" })?.Value;
        List<Finding> findings = [.. Registrations(settings).SelectMany(registration => Registered(machine, registration, standard))];
        return findings.Count > 0 ? findings :
        [
            Finding.Note(
                Name,
                "runc-wrap is not registered for Kubernetes (CRI); ctr needs no registration",
                "for Kubernetes: hookctl install containerd"),
        ];
    }

    private static IEnumerable<Finding> Registered(Machine machine, Registration registration, string? standard)
    {
        if (registration.Wrapper(machine) is not { } wrapper)
        {
            return [];
        }

        string use = registration.Name == standard ? "the default runtime"
            : $"for pods whose RuntimeClass has the handler {registration.Name}";
        return Registration.Defects(Name, registration.Name, wrapper, machine)
            .Prepend(Finding.Ok(Name, $"registered as \"{registration.Name}\", {use}: {wrapper}"));
    }

    /// <summary>The tables <c>[plugins."..".containerd.runtimes.NAME]</c> and, within, <c>options</c>.</summary>
    private static IEnumerable<Registration> Registrations(IEnumerable<TomlStrings> settings)
    {
        foreach (IGrouping<string, TomlStrings> runtime in settings
            .Where(entry => RuntimeName(entry) is not null)
            .GroupBy(entry => RuntimeName(entry)!))
        {
            yield return new Registration(
                runtime.Key, Value(runtime, "BinaryName"), [], Value(runtime, "runtime_type"));
        }
    }

    private static string? RuntimeName(TomlStrings entry) => entry.Table switch
    {
        [.., "containerd", "runtimes", var name, "options"] => name,
        [.., "containerd", "runtimes", var name] => name,
        _ => null,
    };

    private static string? Value(IEnumerable<TomlStrings> entries, string key) =>
        entries.LastOrDefault(entry => entry.Key == key && entry.Values is [{ Length: > 0 }])?.Value;
}
