using System.CommandLine;
using System.Globalization;
using HookCtl.Files;
using HookCtl.Output;
using HookCtl.Processes;
using HookEngine.Model;
using Linux;
using Spectre.Console;

namespace HookCtl.Commands.Doctor;

/// <summary><c>hookctl doctor</c>: whether hooks work on this machine, and what to do if they do not.</summary>
internal static class DoctorCommand
{
    private const int CheckWidth = 12;
    private const int SeverityWidth = 9;

    private static readonly Option<bool> s_noContainer = new("--no-container") { Description = "Start no throw-away container" };

    /// <summary>All checks but that of the settings, in the order in which they are told.</summary>
    private static readonly Check[] s_checks =
    [
        new(WrapperCheck.Name, WrapperCheck.RunAsync),
        new("runtime", LowLevelRuntimeCheck.RunAsync),
        new("rules", machine => Task.FromResult(RulesCheck.Run(machine))),
        new("recording", RecordingCheck.RunAsync),
        new("log", machine => Task.FromResult(JournalCheck.Run(machine))),
        new("cgroups", CgroupCheck.RunAsync),
        new("docker", DockerCheck.RunAsync),
        new("containerd", ContainerdCheck.RunAsync),
        new("podman", PodmanCheck.RunAsync),
        new("cri-o", machine => Task.FromResult(CrioCheck.Run(machine))),
    ];

    private sealed record Check(string Name, Func<Machine, Task<IEnumerable<Finding>>> RunAsync);

    internal static Command Make()
    {
        var command = new Command("doctor", "Check whether hooks work on this machine, and say what to do if not") { s_noContainer };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken token)
    {
        FilePath? file = line.GetValue(GlobalOptions.Config) is { } named ? new FilePath(Path.GetFullPath(named)) : null;
        (Finding settingsFinding, WrapperSettings settings) = SettingsCheck.Run(file);
        var machine = new Machine(file, settings, WrapperProgram.Find(), new EngineFiles(), token);
        Check[] last = line.GetValue(s_noContainer) ? [] : [new(ProbeContainerCheck.Name, ProbeContainerCheck.RunAsync)];

        // The container's time is its own.
        IReadOnlyList<Finding> findings =
            FindingCauses.Merge([settingsFinding, .. await RunAllAsync(s_checks, machine), .. await RunAllAsync(last, machine)]);
        if (line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteJson(findings, FindingJson.Default.IReadOnlyListFinding);
        }
        else
        {
            Show(findings);
        }

        return findings.Any(finding => finding.Severity == FindingSeverity.Problem) ? ExitCode.Problems : ExitCode.Fine;
    }

    /// <summary>Runs the checks at the same time: most of them wait for other programs.</summary>
    private static async Task<List<Finding>> RunAllAsync(Check[] checks, Machine machine)
    {
        (string Name, Task<List<Finding>> Findings)[] running =
            [.. checks.Select(check => (check.Name, Task.Run(() => RunOneAsync(check, machine))))];
        List<Finding> findings = [];
        foreach ((string name, Task<List<Finding>> found) in running)
        {
            findings.AddRange(await ProgressLine.WhileAsync($"checking {name} ..", found));
        }

        return findings;
    }

    /// <summary>A check that fails is a finding: a machine may be stranger than a check expects.</summary>
    private static async Task<List<Finding>> RunOneAsync(Check check, Machine machine)
    {
        try
        {
            return [.. await check.RunAsync(machine)];
        }
        catch (OperationCanceledException) when (machine.Token.IsCancellationRequested)
        {
            throw;
        }
        catch (OciHooksException failure)
        {
            return [Finding.Of(check.Name, FindingSeverity.Problem, failure.Message)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [Finding.Warning(check.Name, $"could not be checked: {failure.Message}", "see to it that this can be read and written, and try again")];
        }
#pragma warning disable CA1031 // Whatever it is, the other checks still tell the truth.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return [Finding.Warning(check.Name, $"could not be checked: {failure.GetType().Name}: {failure.Message}", "please report this")];
        }
    }

    private static void Show(IReadOnlyList<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            (string word, Style style) = Word(finding.Severity);
            Screen.WriteLine((word.PadRight(SeverityWidth), style), (finding.Check.PadRight(CheckWidth), Style.Plain), (finding.Text, Style.Plain));
            if (finding.Advice is { } advice)
            {
                Screen.WriteLine(new string(' ', SeverityWidth + CheckWidth) + "-> " + advice);
            }
        }

        Screen.WriteLine($"{Count(findings, FindingSeverity.Problem, "problem")}, {Count(findings, FindingSeverity.Warning, "warning")}");
    }

    private static (string Word, Style Style) Word(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Ok => ("ok", new Style(Color.Green)),
        FindingSeverity.Note => ("note", new Style(Color.Blue)),
        FindingSeverity.Warning => ("warning", new Style(Color.Yellow)),
        _ => ("problem", new Style(Color.Red)),
    };

    private static string Count(IReadOnlyList<Finding> findings, FindingSeverity severity, string what)
    {
        int count = findings.Count(finding => finding.Severity == severity);
        return string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
    }
}
