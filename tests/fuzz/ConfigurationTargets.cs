using HookEngine.Changing.Injection;
using HookEngine.Model;
using HookEngine.Reading.Bundles;
using RuncWrap.Supervision;

namespace Fuzz;

/// <summary>Readers of a bundle's files: config.json, the record of an injection, and the state for a hook.</summary>
internal static class ConfigurationTargets
{
    private const string Configurations = "tests/samples/*config.json";

    private static readonly IReadOnlyList<PlannedHook> s_hooks =
    [
        new(HookStage.CreateRuntime, new Hook("/bin/\"hook\"", ["a", "ä"], ["A=b"], 1), null),
        new(HookStage.Poststop, new Hook("/bin/after", null, null, null), null),
        new(HookStage.CreateRuntime, new Hook("/bin/first", null, null, null), null, First: true),
    ];

    internal static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("config", text => _ = ContainerConfig.Parse(text, out _, isDetailed: true), Configurations, "{\"ociVersion\":\"1.0.2\"}"),
        new("injection", Injection, Configurations, "{}", "{\"hooks\":{\"poststop\":[],\"Poststop\":null},\"hooks\":{\"createRuntime\":[{\"path\":\"/x\"}]}}"),
        new("injection-record", Record, "{\"config\":\"L2E=\",\"generations\":[{\"length\":2,\"sum\":1,\"edits\":[{\"offset\":1,\"removed\":\"\",\"inserted\":\"YQ==\"}]}]}"),
        new("hook-state", text => _ = ContainerState.Parse(text), "{\"ociVersion\":\"1.0.2\",\"id\":\"c\",\"status\":\"created\",\"pid\":1,\"bundle\":\"/b\"}"),
    ];

    /// <summary>Adding hooks keeps the text valid JSON, and the hooks are in it.</summary>
    private static void Injection(byte[] text)
    {
        if (ContainerConfig.Parse(text, out _) is not { } config)
        {
            return;
        }

        ConfigPatch patch = ConfigPatch.Make(text, config, s_hooks, []);
        byte[] result = new byte[Splice.LengthAfter(text.Length, patch.Splices)];
        Splice.Apply(text, patch.Splices, result);
        ContainerConfig? patched = ContainerConfig.Parse(result, out string? problem);
        FuzzTarget.Ensure(patched is not null, $"hooks make it unreadable: {problem}");
        IReadOnlyList<(HookStage Stage, Hook Hook)> hooks = ConfiguredHooks.Read(result, patched!);
        FuzzTarget.Ensure(s_hooks.All(added => hooks.Contains((added.Stage, added.Hook))), "a hook that was added is not there");
    }

    private static void Record(byte[] text)
    {
        var record = InjectionRecord.Read(ScratchFile.Write("record.json", text));
        _ = record.EditsToUndo("{\"hooks\":{}}"u8, out _, out _);
    }
}
