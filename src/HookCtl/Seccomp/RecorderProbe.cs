using SeccompProfiles.Recordings;

namespace HookCtl.Seccomp;

/// <summary>Asks the recorder whether it can record on this machine.</summary>
internal static class RecorderProbe
{
    private const string Speaker = "seccomp-recorder: ";

    /// <summary>The recorder's exit code where something cannot be done.</summary>
    private const int Refusal = 125;

    /// <summary>Why nothing can be recorded, and what to do; null if nothing is missing, or the recorder cannot be asked.</summary>
    internal static string? FindProblem(string recorder)
    {
        if (!File.Exists(recorder))
        {
            return null;
        }

        using var running = StreamedProgram.Start(recorder, ["check"]);
        ProgramEnd end = running.EndWithin(TimeSpan.FromSeconds(5));
        string said = end.LastWords(1);
        return end.ExitCode != Refusal ? null : said.StartsWith(Speaker, StringComparison.Ordinal) ? said[Speaker.Length..] : said;
    }

    /// <summary>Ends the recordings of containers that are gone and for which no poststop hook came, if root asks.</summary>
    internal static void Collect()
    {
        if (RecordingStore.IsOfMachine && RuleFiles.Recorders.FirstOrDefault(File.Exists) is { } recorder)
        {
            using var running = StreamedProgram.Start(recorder, ["collect"]);
            ProgramEnd end = running.EndWithin(TimeSpan.FromSeconds(15));
            if (end.Complaints.Length > 0)
            {
                Screen.Complain(end.Complaints);
            }
        }
    }

    /// <summary>Says on standard error that a rule was written for nothing. The exit code.</summary>
    internal static int Warn(string recorder)
    {
        if (FindProblem(recorder) is not { } problem)
        {
            return ExitCode.Fine;
        }

        Screen.Complain($"nothing can be recorded on this machine: {problem}");
        return ExitCode.Problems;
    }
}
