namespace HookCtl;

/// <summary>How a program ended, and what it wrote.</summary>
/// <param name="ExitCode">Its exit code; null if it was ended because it took too long.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Complaints">What it wrote to standard error.</param>
internal sealed record ProgramEnd(int? ExitCode, string Output, string Complaints)
{
    /// <summary>The last lines of what it complained of or, if it did not, of what it wrote.</summary>
    internal string LastWords(int lines = 3)
    {
        string said = Complaints.Length > 0 ? Complaints : Output;
        return string.Join(" | ", said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(lines));
    }
}
