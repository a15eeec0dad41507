using HookEngine.Model;
using HookEngine.Reading.Bundles;
using Json;

namespace HookEngine.Changing.Injection;

/// <summary>How many of each hook a config.json has. A stage's hooks are read once, and only if it is asked for.</summary>
/// <param name="json">The text that <paramref name="config"/> was read from.</param>
/// <param name="config">The configuration.</param>
internal readonly ref struct HookCounts(ReadOnlySpan<byte> json, ContainerConfig config)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private readonly Dictionary<Hook, int>?[] _stages = new Dictionary<Hook, int>?[HookStages.Names.Count];

    /// <summary>How many hooks like one a stage has.</summary>
    internal int Of(HookStage stage, Hook hook) => (_stages[(int)stage] ??= Count(stage)).GetValueOrDefault(hook);

    private Dictionary<Hook, int> Count(HookStage stage)
    {
        var counts = new Dictionary<Hook, int>();
        foreach (HooksMember member in config.Hooks.Members)
        {
            foreach (StageMember list in member.Stages)
            {
                if (HookStages.ParseFolded(list.FoldedName) == stage)
                {
                    Add(list, counts);
                }
            }
        }

        return counts;
    }

    private void Add(StageMember list, Dictionary<Hook, int> counts)
    {
        foreach (TextRange element in list.Elements)
        {
            Hook hook = ConfiguredHooks.ReadHook(_json, element);
            counts[hook] = counts.GetValueOrDefault(hook) + 1;
        }
    }
}
