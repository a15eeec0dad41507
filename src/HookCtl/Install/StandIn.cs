using HookCtl.Containers;

namespace HookCtl.Install;

/// <summary>The runtime that the wrapper stands in for, and whose settings it therefore has.</summary>
/// <param name="Name">Its name; null if the engine's settings have none that fits.</param>
/// <param name="Table">Its settings.</param>
/// <param name="Program">The program that it runs, which the wrapper is to call; null if the engine chooses runc.</param>
internal sealed record StandIn(string? Name, RuntimeTable Table, string? Program)
{
    /// <summary>What is said of it; nothing if there is none.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="sets">Whether the wrapper is made to call its program.</param>
    internal IEnumerable<string> Notes(InstallRequest request, bool sets)
    {
        if (Name is not null)
        {
            yield return $"its settings are those of the runtime {Name}, in whose place it stands";
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
