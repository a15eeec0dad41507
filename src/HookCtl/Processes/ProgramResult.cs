using System.Globalization;
using Linux;

namespace HookCtl.Processes;

/// <summary>What came of running a program.</summary>
/// <param name="ExitCode">Its exit code, 128 and the signal's number if a signal ended it; null if it was not started, or took too long.</param>
/// <param name="Output">What it wrote to standard output, without spaces and line breaks at both ends.</param>
/// <param name="Error">The same of standard error.</param>
internal sealed record ProgramResult(int? ExitCode, string Output, string Error)
{
    /// <summary>Why there is no exit code; null if there is one.</summary>
    internal string? Failure { get; private init; }

    /// <summary>Whether it was started.</summary>
    internal bool IsStarted { get; private init; } = true;

    /// <summary>Whether it was ended because it took too long.</summary>
    internal bool TimedOut => IsStarted && ExitCode is null;

    /// <summary>The result of a program that could not be started.</summary>
    /// <param name="failure">Why.</param>
    internal static ProgramResult NotStarted(string failure) => new(null, "", "") { Failure = failure, IsStarted = false };

    /// <summary>The result of a program that was ended because it took too long.</summary>
    /// <param name="program">The program.</param>
    /// <param name="timeout">How long it was waited for.</param>
    /// <param name="output">What it wrote to standard output until then.</param>
    /// <param name="error">The same of standard error.</param>
    internal static ProgramResult Late(string program, TimeSpan timeout, string output, string error) => new(null, output, error)
    {
        Failure = string.Create(CultureInfo.InvariantCulture, $"{program} does not answer: it did not end within {timeout.TotalSeconds:0.#} s"),
    };

    /// <summary>This result, of a program that is expected to be there.</summary>
    /// <exception cref="OciHooksException">It was not started.</exception>
    internal ProgramResult EnsureStarted() => IsStarted ? this : throw new OciHooksException(Failure!);

    /// <summary>The last lines of what it wrote to standard error or, if it wrote nothing there, to standard output.</summary>
    internal string LastLines(int lines)
    {
        string said = Error.Length > 0 ? Error : Output;
        return string.Join(" | ", said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(lines));
    }
}
