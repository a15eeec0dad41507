namespace HookCtl.Commands.Doctor;

/// <summary>Rules that an engine reads by itself, without the wrapper.</summary>
internal static class EngineRules
{
    /// <summary>A warning for each directory with rules that both an engine and its runtime, the wrapper, read.</summary>
    internal static IEnumerable<Finding> ReadTwice(
        string check, string engine, IReadOnlyList<string> own, Machine machine, string advice) =>
        from directory in machine.Settings.HooksDirs.Select(directory => directory.ToString())
        where own.Contains(directory) && machine.Files.Matching($"{directory}/*.json").Any()
        select Finding.Warning(
            check, $"{engine} reads {directory} itself: hooks of its rules run twice in containers of the wrapper", advice);
}
