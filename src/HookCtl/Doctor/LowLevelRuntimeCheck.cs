using HookEngine.Linux;

namespace HookCtl.Doctor;

/// <summary>The low-level runtime is found, is not the wrapper itself, and answers. It is the wrapper that is asked.</summary>
internal static class LowLevelRuntimeCheck
{
    private const string Name = "runtime";
    private const string RuntimeWord = "runtime ";

    internal static IEnumerable<Finding> Run(Machine machine)
    {
        if (!machine.HasWrapper)
        {
            return [Finding.Note(Name, "it is the wrapper that finds the low-level runtime", "see to the wrapper first")];
        }

        ProgramEnd report = machine.RunWrapper("--wrap-version");
        if (WrapperCheck.Line(report, RuntimeWord) is not { } runtime)
        {
            string message = report.LastWords();
            return
            [
                message.StartsWith("runc-wrap: ", StringComparison.Ordinal)
                    ? Finding.Of(Name, FindingSeverity.Problem, message["runc-wrap: ".Length..])
                    : Finding.Problem(Name, $"the wrapper does not tell its runtime: {message}", "see to the wrapper first"),
            ];
        }

        ProgramEnd version = machine.RunWrapper("--version");
        return ProgramFindings.OfTrust(Name, new FilePath(runtime)).Prepend(AnswerFinding(runtime, version));
    }

    /// <summary>What the runtime says when it is asked through the wrapper; null if it does not answer.</summary>
    internal static string? Version(Machine machine) =>
        machine.HasWrapper && machine.RunWrapper("--version") is { ExitCode: 0 } end ? end.Output.Split('\n')[0] : null;

    private static Finding AnswerFinding(string runtime, ProgramEnd version) => version.ExitCode switch
    {
        0 => Finding.Ok(Name, $"{runtime} answers through the wrapper: {version.Output.Split('\n')[0]}"),
        null => Finding.Problem(Name, $"{runtime} does not answer", $"run {runtime} --version, and install it anew if that hangs"),
        { } code => Finding.Problem(
            Name,
            $"{runtime} --version ends with exit code {code}: {version.LastWords()}",
            $"install {runtime} anew, or name another with \"runtime\" in the settings"),
    };
}
