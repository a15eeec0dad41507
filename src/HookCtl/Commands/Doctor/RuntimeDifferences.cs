using HookCtl.Engines;

namespace HookCtl.Commands.Doctor;

/// <summary>A runtime of an engine, as its settings have it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">Its settings.</param>
internal sealed record NamedRuntime(string Name, RuntimeTable Table);

/// <summary>
/// How a runtime that is the wrapper differs from the one in whose place it stands: a container must be the same under both, but for hooks.
/// </summary>
/// <param name="Check">The check that looks.</param>
/// <param name="Own">The runtime that is the wrapper.</param>
/// <param name="Other">The runtime in whose place it stands.</param>
/// <param name="Advice">How to make the two the same.</param>
internal sealed record RuntimeDifferences(string Check, NamedRuntime Own, NamedRuntime Other, string Advice)
{
    private const string SystemdCgroup = "options.SystemdCgroup";

    /// <summary>A finding for each setting that is different.</summary>
    /// <param name="isMeant">Which settings are to be different.</param>
    internal IEnumerable<Finding> Find(Func<RuntimeTableSetting, bool> isMeant)
    {
        foreach ((RuntimeTableSetting? own, RuntimeTableSetting? other) in Own.Table.Differences(Other.Table))
        {
            RuntimeTableSetting setting = (own ?? other)!;
            if (isMeant(setting) || AllowsAsMuch(setting.Name))
            {
                continue;
            }

            string text = other is null ? $"\"{Own.Name}\" has {setting.Name} = {setting.Value}, which \"{Other.Name}\" has not"
                : own is null ? $"\"{Own.Name}\" lacks {setting.Name} = {setting.Value}, which \"{Other.Name}\" has"
                : $"\"{Own.Name}\" has {setting.Name} = {own.Value}, and \"{Other.Name}\" {other.Value}";
            yield return setting.Name == SystemdCgroup
                ? Finding.Problem(Check, $"{text}: its pods are not in the cgroups that the kubelet made for them, so that limits do not hold", Advice)
                : Finding.Warning(Check, text, Advice);
        }
    }

    /// <summary>A warning if the other runtime runs a program that the wrapper does not call.</summary>
    /// <param name="program">That program; null if the engine chooses runc.</param>
    /// <param name="machine">The machine.</param>
    internal IEnumerable<Finding> OfProgram(string? program, Machine machine)
    {
        if (program is not null && !LowLevelSetting.IsCalled(machine.Settings, program))
        {
            yield return Finding.Warning(
                Check,
                $"\"{Other.Name}\" runs {program}, but \"{Own.Name}\" in its place what the wrapper calls: {string.Join(", ", machine.Settings.Runtime)}",
                $"if its containers need what {program} does: set runtime to \"{program}\" in the wrapper's settings");
        }
    }

    private bool AllowsAsMuch(string name) =>
        RuntimeTable.Allowing.Contains(name) && !Other.Table.Strings(name).Except(Own.Table.Strings(name), StringComparer.Ordinal).Any();
}
