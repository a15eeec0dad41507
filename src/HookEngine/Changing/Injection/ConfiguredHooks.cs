using HookEngine.Model;
using HookEngine.Reading.Bundles;
using HookEngine.Reading.Rules;
using Json;

namespace HookEngine.Changing.Injection;

/// <summary>The hooks that a config.json has.</summary>
public static class ConfiguredHooks
{
    /// <summary>
    /// The hooks, stage by stage in the order in which these run. Where a stage is written several times, runc goes by the last.
    /// </summary>
    /// <param name="json">The text that <paramref name="config"/> was read from.</param>
    /// <param name="config">The configuration.</param>
    public static IReadOnlyList<(HookStage Stage, Hook Hook)> Read(ReadOnlySpan<byte> json, ContainerConfig config)
    {
        var stages = new SortedDictionary<HookStage, StageMember>();
        foreach (HooksMember member in config.Hooks.Members)
        {
            foreach (StageMember stage in member.Stages)
            {
                if (HookStages.ParseFolded(stage.FoldedName) is { } known)
                {
                    stages[known] = stage;
                }
            }
        }

        var hooks = new List<(HookStage, Hook)>();
        foreach ((HookStage name, StageMember stage) in stages)
        {
            foreach (TextRange element in stage.Elements)
            {
                hooks.Add((name, ReadHook(json, element)));
            }
        }

        return hooks;
    }

    internal static Hook ReadHook(ReadOnlySpan<byte> json, TextRange range)
    {
        var decoder = new GoDecoder(json[range.Start..range.End]);
        string? path = null;
        List<string>? args = null, env = null;
        long? timeout = null;
        RuleFormat100.ReadHook(ref decoder, "hook", ref path, ref args, ref env, ref timeout);
        return new Hook(path ?? "", args, env, timeout);
    }
}
