using HookEngine.Model;
using Linux;

namespace HookCtl.Processes;

/// <summary>The low-level runtime that the wrapper calls.</summary>
internal static class LowLevelRuntime
{
    /// <summary>Its path, links followed; null if none is found. The wrapper may find another one where an engine has another PATH.</summary>
    internal static FilePath? Find(WrapperSettings settings)
    {
        string? found = settings.Runtime.Select(ProgramSearch.FindAnywhere).FirstOrDefault(path => path is not null);
        return found is null ? null
            : new FilePath(File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found);
    }
}
