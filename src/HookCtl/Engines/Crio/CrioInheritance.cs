using HookCtl.Processes;
using HookCtl.Toml;
using Linux;

namespace HookCtl.Engines.Crio;

/// <summary>Which of CRI-O's runtimes the wrapper stands in for.</summary>
internal static class CrioInheritance
{
    private const string Path = "runtime_path";

    /// <summary>What CRI-O takes as the default runtime where its files name none: newer ones crun, older ones runc.</summary>
    private static readonly string?[] s_ownDefaults = ["crun", "runc"];

    /// <summary>What would lead past the wrapper.</summary>
    private static readonly string[] s_otherPaths = ["inherit_default_runtime", "platform_runtime_paths"];

    /// <summary>The default runtime with the wrapper as its program.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="runtimes">CRI-O's runtimes without what an earlier install added.</param>
    /// <param name="earlier">What an earlier install added; null if there was none.</param>
    /// <exception cref="OciHooksException">The wrapper is to be the default in place of one that it cannot stand in for.</exception>
    internal static InheritedSettings Of(InstallRequest request, CrioRuntimes runtimes, RuntimeTable? earlier)
    {
        string? name = s_ownDefaults.Prepend(runtimes.Default).FirstOrDefault(candidate => candidate is not null
            && candidate != request.Name
            && (runtimes.Tables.TryGetValue(candidate, out RuntimeTable? runtime)
                ? CrioRuntimes.IsForRunc(runtime) && !IsWrapper(request, runtime)
                : candidate == runtimes.Default));
        if (request.MakeDefault && runtimes.Default is { } standard && runtimes.Tables.TryGetValue(standard, out RuntimeTable? other)
            && !CrioRuntimes.IsForRunc(other))
        {
            throw new OciHooksException(
                $"the default runtime of CRI-O is {standard}, of the type {other.String("runtime_type")}, in whose place the wrapper cannot "
                + "stand; everything is left as it is: install it without --default");
        }

        RuntimeTable? known = name is null ? null : runtimes.Tables.GetValueOrDefault(name);
        RuntimeTable settings = known ?? new RuntimeTable();
        RuntimeTable table = new RuntimeTable()
            .With(TomlString.Quote(request.Wrapper), Path)
            .With(settings.Value("runtime_type") ?? "\"oci\"", "runtime_type");
        foreach (RuntimeTableSetting setting in settings.Settings.Where(setting => setting.Key[0] != Path && !s_otherPaths.Contains(setting.Key[0])))
        {
            table = table.With(setting.Value, setting.Key);
        }

        // A runtime without a path is the program of its name.
        return new InheritedSettings(known is null ? null : name, table, settings.String(Path) ?? name).After(earlier);
    }

    private static bool IsWrapper(InstallRequest request, RuntimeTable runtime) =>
        runtime.String(Path) is { } program
        && (program == request.Wrapper || System.IO.Path.GetFileName(program) == WrapperProgram.Name);
}
