using System.CommandLine;
using System.Globalization;
using HookCtl.Containers;
using HookCtl.Doctor.Engines;
using HookEngine;
using HookEngine.Linux;
using HookEngine.Settings;
using Spectre.Console;

namespace HookCtl.Doctor;

/// <summary><c>hookctl doctor</c>: whether hooks work on this machine, and what to do if they do not.</summary>
internal static class DoctorCommand
{
    private const int CheckWidth = 12;
    private const int SeverityWidth = 9;

    private static readonly Option<bool> s_noContainer = new("--no-container") { Description = "Start no throw-away container" };

    /// <summary>All checks but that of the settings, in the order in which they are told.</summary>
    private static readonly (string Name, Func<Machine, IEnumerable<Finding>> Run)[] s_checks =
    [
        (WrapperCheck.Name, WrapperCheck.Run),
        ("runtime", LowLevelRuntimeCheck.Run),
        ("rules", RulesCheck.Run),
        ("recording", RecordingCheck.Run),
        ("log", JournalCheck.Run),
        ("cgroups", CgroupCheck.Run),
        ("docker", DockerCheck.Run),
        ("containerd", ContainerdCheck.Run),
        ("podman", PodmanCheck.Run),
        ("cri-o", CrioCheck.Run),
    ];

    internal static Command Make()
    {
        var command = new Command("doctor", "Check whether hooks work on this machine, and say what to do if not") { s_noContainer };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult line)
    {
        FilePath? file = line.GetValue(CommonOptions.Config) is { } named ? new FilePath(Path.GetFullPath(named)) : null;
        (Finding settingsFinding, WrapperSettings settings) = SettingsCheck.Run(file);
        var machine = new Machine(file, settings, WrapperProgram.Find(), new EngineFiles());
        (string Name, Func<Machine, IEnumerable<Finding>> Run)[] last =
            line.GetValue(s_noContainer) ? [] : [(ProbeContainerCheck.Name, ProbeContainerCheck.Run)];

        // The container's time is its own.
        IReadOnlyList<Finding> findings =
            FindingCauses.Merge([settingsFinding, .. RunAll(s_checks, machine), .. RunAll(last, machine)]);
        if (line.GetValue(CommonOptions.Json))
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
    private static IEnumerable<Finding> RunAll((string Name, Func<Machine, IEnumerable<Finding>> Run)[] checks, Machine machine)
    {
        // A check occupies a thread, and two more read what the program that it runs writes.
        ThreadPool.GetMinThreads(out int workers, out int completions);
        _ = ThreadPool.SetMinThreads(Math.Max(workers, 3 * checks.Length), completions);
        (string Name, Task<List<Finding>> Task)[] running =
            [.. checks.Select(check => (check.Name, Task.Run(() => RunOne(check.Name, check.Run, machine))))];
        foreach ((string name, Task<List<Finding>> task) in running)
        {
            Progress.Show($"checking {name} ..", task);
            foreach (Finding finding in task.Result)
            {
                yield return finding;
            }
        }
    }

    /// <summary>A check that fails is a finding: a machine may be stranger than a check expects.</summary>
    private static List<Finding> RunOne(string name, Func<Machine, IEnumerable<Finding>> check, Machine machine)
    {
        try
        {
            return [.. check(machine)];
        }
        catch (OciHooksException failure)
        {
            return [Finding.Of(name, FindingSeverity.Problem, failure.Message)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [Finding.Warning(name, $"could not be checked: {failure.Message}", "see to it that this can be read and written, and try again")];
        }
#pragma warning disable CA1031 // Whatever it is, the other checks still tell the truth.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return [Finding.Warning(name, $"could not be checked: {failure.GetType().Name}: {failure.Message}", "please report this")];
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
