using HookCtl.Output;
using HookCtl.Processes;
using SeccompProfiles.Recordings;

namespace HookCtl.Commands.Seccomp;

/// <summary>Asks the recorder whether it can record on this machine.</summary>
internal static class RecorderProbe
{
    private const string Speaker = "seccomp-recorder: ";

    /// <summary>The recorder's exit code where something cannot be done.</summary>
    private const int Refusal = 125;

    /// <summary>What a slow machine under load takes, and a good deal more.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_collectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Why nothing can be recorded, or why that is not known; null if nothing is missing, or the recorder is not there.</summary>
    internal static async Task<RecorderProblem?> FindProblemAsync(string recorder, CancellationToken token)
    {
        if (!File.Exists(recorder))
        {
            return null;
        }

        ProgramResult end = (await ExternalProgram.RunAsync(recorder, ["check"], s_timeout, token)).EnsureStarted();
        string said = end.LastLines(1);
        return end.ExitCode switch
        {
            0 => null,
            Refusal => new RecorderProblem(said.StartsWith(Speaker, StringComparison.Ordinal) ? said[Speaker.Length..] : said, IsKnown: true),
            null => new RecorderProblem($"{recorder} check does not answer; run it by hand, and install it anew if that hangs", IsKnown: false),
            { } code => new RecorderProblem(
                $"{recorder} check ends with exit code {code}: {said}; run it by hand, and install it anew if that fails, too", IsKnown: false),
        };
    }

    /// <summary>Ends the recordings of containers that are gone and for which no poststop hook came, if root asks.</summary>
    internal static async Task CollectAsync(CancellationToken token)
    {
        if (RecordingStore.IsOfMachine && SeccompRules.Recorders.FirstOrDefault(File.Exists) is { } recorder)
        {
            ProgramResult end = (await ExternalProgram.RunAsync(recorder, ["collect"], s_collectTimeout, token)).EnsureStarted();
            if (end.Error.Length > 0 || end.TimedOut)
            {
                Screen.WriteError(end.Failure ?? end.Error);
            }
        }
    }

    /// <summary>Says on standard error that a rule was written for nothing, or may have been. The exit code.</summary>
    internal static async Task<int> WarnAsync(string recorder, CancellationToken token)
    {
        if (await FindProblemAsync(recorder, token) is not { } problem)
        {
            return ExitCode.Fine;
        }

        Screen.WriteError(problem.IsKnown
            ? $"nothing can be recorded on this machine: {problem.Text}"
            : $"whether anything can be recorded on this machine is not known: {problem.Text}");
        return ExitCode.Problems;
    }
}
