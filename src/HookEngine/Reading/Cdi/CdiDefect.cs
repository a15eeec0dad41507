using HookEngine.Model;
using Linux;

namespace HookEngine.Reading.Cdi;

/// <summary>A problem that makes a CDI file, or a directory of them, unusable. Its devices are unknown.</summary>
/// <param name="File">The file or directory.</param>
/// <param name="Problem">The problem, worded to follow the file's name.</param>
internal sealed record CdiDefect(FilePath File, string Problem)
{
    /// <summary>The vendor and class of the file's devices; null if unknown, so that they may be any.</summary>
    internal string? Kind { get; init; }

    /// <summary>Whether no file with this name exists.</summary>
    internal bool HasNoName { get; init; }

    /// <summary>Whether the file may describe a device.</summary>
    internal bool MayHave(CdiDeviceName device) => Kind is null || Kind == device.Kind;

    internal Diagnostic ToWarning() => new(Severity.Warning, File.ToString(), null, Problem);
}
