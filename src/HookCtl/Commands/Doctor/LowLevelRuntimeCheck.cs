using HookCtl.Processes;
using Linux;

namespace HookCtl.Commands.Doctor;

/// <summary>The low-level runtime is found, is not the wrapper itself, and answers. It is the wrapper that is asked.</summary>
internal static class LowLevelRuntimeCheck
{
    private const string Name = "runtime";
    private const string RuntimeWord = "runtime ";

    internal static async Task<IEnumerable<Finding>> RunAsync(Machine machine)
    {
        if (!machine.HasWrapper)
        {
            return [Finding.Note(Name, "it is the wrapper that finds the low-level runtime", "see to the wrapper first")];
        }

        // Both are asked at the same time.
        Task<ProgramResult> version = machine.RuntimeVersionAsync();
        ProgramResult report = await machine.ReportAsync();
        if (WrapperCheck.Line(report, RuntimeWord) is not { } runtime)
        {
            string message = report.Failure ?? report.LastLines(Machine.LastLines);
            return
            [
                message.StartsWith("runc-wrap: ", StringComparison.Ordinal)
                    ? Finding.Of(Name, FindingSeverity.Problem, message["runc-wrap: ".Length..])
                    : Finding.Problem(Name, $"the wrapper does not tell its runtime: {message}", "see to the wrapper first"),
            ];
        }

        return ProgramFindings.OfTrust(Name, new FilePath(runtime)).Prepend(AnswerFinding(runtime, await version));
    }

    /// <summary>What the runtime says when it is asked through the wrapper; null if it does not answer.</summary>
    internal static async Task<string?> VersionAsync(Machine machine) =>
        machine.HasWrapper && await machine.RuntimeVersionAsync() is { ExitCode: 0 } end ? end.Output.Split('\n')[0] : null;

    private static Finding AnswerFinding(string runtime, ProgramResult version) => version.ExitCode switch
    {
        0 => Finding.Ok(Name, $"{runtime} answers through the wrapper: {version.Output.Split('\n')[0]}"),
        null => Finding.Problem(Name, $"{runtime}: {version.Failure}", $"run {runtime} --version, and install it anew if that hangs"),
        { } code => Finding.Problem(
            Name,
            $"{runtime} --version ends with exit code {code}: {version.LastLines(Machine.LastLines)}",
            $"install {runtime} anew, or name another with \"runtime\" in the settings"),
    };
}
