using System.ComponentModel;
using System.Diagnostics;

namespace HookCtl;

/// <summary>What another program said, and how it ended.</summary>
internal sealed record ExternalProgram(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>What it said last on standard error, or else on standard output.</summary>
    internal string LastWords =>
        (Error.Trim().Length > 0 ? Error : Output)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault() ?? "";

    /// <summary>Runs a program to its end. Null if there is no such program, or it does not end.</summary>
    internal static ExternalProgram? Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (process.WaitForExit(s_limit))
            {
                return new ExternalProgram(process.ExitCode, output.Result, error.Result);
            }

            process.Kill(entireProcessTree: true);
            return null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
