using System.Diagnostics;
using System.Globalization;
using HookCtl.Processes;
using HookCtl.Runs;
using Linux;

namespace HookCtl.Commands.Doctor;

/// <summary>Starts a throw-away container through the wrapper, with a hook, and sees whether both of them ran.</summary>
internal static class ProbeContainerCheck
{
    internal const string Name = "container";

    /// <summary>What a slow machine under load takes, and a good deal more.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    internal static async Task<IEnumerable<Finding>> RunAsync(Machine machine)
    {
        if (Libc.geteuid() != 0)
        {
            return [Finding.Note(Name, "no throw-away container was started, which takes root", "run this as root")];
        }

        if (await LowLevelRuntimeCheck.VersionAsync(machine) is not { } runtime)
        {
            return [Finding.Note(Name, "no throw-away container was started, as no low-level runtime answers", "see to the runtime first")];
        }

        await using ProbeContainer container = await ProbeContainer.MakeAsync(machine);
        string expected = await ProbeContainer.WrapperVersionAsync(machine);
        long start = Stopwatch.GetTimestamp();
        ProgramResult end = await container.RunAsync(s_timeout);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        Finding finding = Evaluate(runtime, end, expected, await container.HookRunsAsync(), took);
        string left = string.Join(", ", await container.ClearAsync());
        return left.Length == 0
            ? [finding]
            : [finding, Finding.Warning(Name, $"the throw-away container left {left} behind", "remove that when nothing uses it any more")];
    }

    private static Finding Evaluate(string runtime, ProgramResult end, string expected, IReadOnlyList<HookRun> hooks, TimeSpan took)
    {
        string milliseconds = string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0} ms");
        return (end.ExitCode, hooks) switch
        {
            (null, _) => Finding.Problem(
                Name,
                $"a throw-away container did not end in {s_timeout.TotalSeconds} seconds; last words: {end.LastLines(Machine.LastLines)}",
                $"see what holds {runtime} up, such as a full disk or an overloaded machine"),
            (not 0, _) => Finding.Problem(
                Name,
                $"a throw-away container failed with exit code {end.ExitCode}: {end.LastLines(Machine.LastLines)}",
                "fix what the runtime complains of; without the wrapper it fails, too, unless the message begins with runc-wrap:"),
            (_, []) => Finding.Problem(
                Name, "a throw-away container ran, but its hook did not", "hooks do not work here: please report this with the output"),
            (_, [{ HasFailed: true } hook, ..]) => Finding.Problem(
                Name, $"a throw-away container ran, but its hook failed: {hook.Message}", "fix what the hook complains of"),
            _ when end.Output != expected => Finding.Problem(
                Name,
                $"a throw-away container said what it should not: {end.LastLines(Machine.LastLines)}",
                "see what stands between, such as another wrapper"),
            _ => Finding.Ok(Name, $"a throw-away container and its hook ran in {milliseconds}, and are gone"),
        };
    }
}
