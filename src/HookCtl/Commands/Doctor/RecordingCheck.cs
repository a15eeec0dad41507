using HookCtl.Commands.Seccomp;
using HookEngine.Deciding.Trust;
using HookEngine.Model;
using HookEngine.Reading.Rules;
using Linux.Paths;

namespace HookCtl.Commands.Doctor;

/// <summary>Where rules have system calls recorded, they can be.</summary>
internal static class RecordingCheck
{
    private const string Name = "recording";
    private const string Recorder = "seccomp-recorder";

    internal static async Task<IEnumerable<Finding>> RunAsync(Machine machine)
    {
        RuleSet rules = RuleSet.Load(machine.Settings.HooksDirs, machine.Settings.OnMissingHook, machine.Settings.Trust);
        var trust = new HookTrust(machine.Settings, new PathWalk());
        IEnumerable<string> recorders = rules.Rules.Select(rule => rule.Hook?.Path).OfType<string>().Distinct()
            .Where(path => Path.GetFileName(path) == Recorder)
            .Where(path => trust.Check(path, null, mayBeMissing: true).TrueForAll(problem => problem.Severity != Severity.Error));
        RecorderProblem?[] problems = await Task.WhenAll(recorders.Select(recorder => RecorderProbe.FindProblemAsync(recorder, machine.Token)));
        return problems.Select(found => found switch
        {
            null => Finding.Ok(Name, "system calls can be recorded"),
            { IsKnown: true } problem => Finding.Of(Name, FindingSeverity.Problem, $"containers start, and nothing is recorded: {problem.Text}"),
            { } unknown => Finding.Of(
                Name, FindingSeverity.Warning, $"whether system calls can be recorded is not known: {unknown.Text}"),
        });
    }
}
