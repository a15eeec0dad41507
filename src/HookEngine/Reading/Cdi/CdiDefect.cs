using HookEngine.Model;
using Linux;

namespace HookEngine.Reading.Cdi;

/// <summary>What keeps a file, or a directory of such, from being used. Which devices it describes is unknown.</summary>
/// <param name="File">The file or directory.</param>
/// <param name="Problem">What is wrong with it, to read on from its name.</param>
internal sealed record CdiDefect(FilePath File, string Problem)
{
    /// <summary>The vendor and class of its devices; null if it does not tell them, so that they may be any.</summary>
    internal string? Kind { get; init; }

    /// <summary>Whether the file is not there, by this name at least.</summary>
    internal bool HasNoName { get; init; }

    /// <summary>Whether it may describe a device.</summary>
    internal bool MayHave(CdiDeviceName device) => Kind is null || Kind == device.Kind;

    internal Diagnostic ToWarning() => new(Severity.Warning, File.ToString(), null, Problem);
}
