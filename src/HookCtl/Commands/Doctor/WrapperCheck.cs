using HookCtl.Processes;
using Linux;

namespace HookCtl.Commands.Doctor;

/// <summary>The wrapper is there, runs, is of hookctl's version, and nobody but root can change it.</summary>
internal static class WrapperCheck
{
    internal const string Name = "wrapper";

    private const string VersionWord = WrapperProgram.Name + " ";

    internal static async Task<IEnumerable<Finding>> RunAsync(Machine machine)
    {
        FilePath wrapper = machine.Wrapper;
        if (!machine.HasWrapper)
        {
            string looked = "looked beside hookctl, in PATH and in /usr/bin";
            return [Finding.Problem(Name, $"{WrapperProgram.Name} was not found: {looked}", "install it, or add its directory to PATH")];
        }

        return ProgramFindings.OfTrust(Name, wrapper).Prepend(VersionFinding(machine, await machine.ReportAsync()));
    }

    private static Finding VersionFinding(Machine machine, ProgramResult report)
    {
        string? version = Line(report, VersionWord);
        string own = typeof(WrapperCheck).Assembly.GetName().Version!.ToString(3);
        return report.TimedOut
            ? Finding.Problem(Name, report.Failure!, $"run {machine.Wrapper} --wrap-version, and install it anew if that hangs")
            : version is null
            ? Finding.Problem(
                Name, $"{machine.Wrapper} does not tell its version: {report.LastLines(Machine.LastLines)}", $"install that of hookctl's version, {own}")
            : version == own ? Finding.Ok(Name, $"{machine.Wrapper} is version {version}")
            : Finding.Warning(
                Name, $"{machine.Wrapper} is version {version}, hookctl is {own}", "install both from the same package");
    }

    /// <summary>The rest of the line of a report of <c>runc-wrap --wrap-version</c> that begins with a word.</summary>
    internal static string? Line(ProgramResult report, string word) =>
        report.Output.Split('\n').FirstOrDefault(line => line.StartsWith(word, StringComparison.Ordinal))?[word.Length..];
}
