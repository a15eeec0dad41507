namespace HookCtl.Engines;

/// <summary>The runtime that the wrapper stands in for, and whose settings it therefore has.</summary>
/// <param name="Name">Its name; null if the engine's settings have none that fits.</param>
/// <param name="Table">Its settings.</param>
/// <param name="Program">The program that it runs, which the wrapper is to call; null if the engine chooses runc.</param>
internal sealed record InheritedSettings(string? Name, RuntimeTable Table, string? Program)
{
    /// <summary>Where engines have a runtime's program.</summary>
    private static readonly string[] s_programs = ["options.BinaryName", "runtime_path"];

    /// <summary>The settings that an earlier install's runtime had, and this one has not, or with other values.</summary>
    internal IReadOnlyList<RuntimeTableSetting> Lost { get; private init; } = [];

    /// <summary>As it is after an earlier install: what was let through stays so, and what is lost besides is told.</summary>
    /// <param name="earlier">The runtime's settings as they are; null if it is not there.</param>
    internal InheritedSettings After(RuntimeTable? earlier)
    {
        if (earlier is null)
        {
            return this;
        }

        RuntimeTable table = RuntimeTable.Allowing.Aggregate(Table, (known, key) => known.WithMore(key, earlier.Strings(key)));
        return this with
        {
            Table = table,
            Lost =
            [
                .. earlier.Differences(table).Select(difference => difference.Own).OfType<RuntimeTableSetting>()
                    .Where(own => !s_programs.Contains(own.Name) && !RuntimeTable.Allowing.Contains(own.Name)),
            ],
        };
    }

    /// <summary>What is said of settings that another install has taken away.</summary>
    internal static string NoteOfLost(string settings) =>
        $"it had other settings before, which are gone: {settings}; set again those that are needed, the file is kept as it was";

    /// <summary>What is said of it; nothing if there is none.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="sets">Whether the wrapper is made to call its program.</param>
    internal IEnumerable<string> Notes(InstallRequest request, bool sets)
    {
        if (Name is not null)
        {
            yield return $"its settings are those of the runtime {Name}, in whose place it stands";
        }

        if (Lost.Count > 0)
        {
            yield return NoteOfLost(string.Join(", ", Lost.Select(setting => $"{setting.Name} = {setting.Value}")));
        }

        if (sets)
        {
            yield return $"the wrapper calls {Program} now, as that runtime did, whichever engine it is called by: {request.SettingsFile} says so";
        }
        else if (Program is not null && request.NamedLowLevel is { } other && other != Program)
        {
            yield return $"that runtime runs {Program}: what it does is not done by {other}, which --low-level names";
        }
    }
}
