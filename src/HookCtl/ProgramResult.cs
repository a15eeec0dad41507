using HookEngine;

namespace HookCtl;

/// <summary>What came of running a program.</summary>
/// <param name="ExitCode">Its exit code, 128 and the signal's number if a signal ended it; null if it was not started, or took too long.</param>
/// <param name="Output">What it wrote to standard output, without spaces and line breaks at both ends.</param>
/// <param name="Error">The same of standard error.</param>
internal sealed record ProgramResult(int? ExitCode, string Output, string Error)
{
    /// <summary>Why it was not started; null if it was.</summary>
    internal string? StartFailure { get; private init; }

    /// <summary>One that could not be started.</summary>
    internal static ProgramResult NotStarted(string failure) => new(null, "", "") { StartFailure = failure };

    /// <summary>This result, of a program that is expected to be there.</summary>
    /// <exception cref="OciHooksException">It was not started.</exception>
    internal ProgramResult EnsureStarted() => StartFailure is null ? this : throw new OciHooksException(StartFailure);

    /// <summary>The last lines of what it wrote to standard error or, if it wrote nothing there, to standard output.</summary>
    internal string LastWords(int lines)
    {
        string said = Error.Length > 0 ? Error : Output;
        return string.Join(" | ", said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(lines));
    }
}
