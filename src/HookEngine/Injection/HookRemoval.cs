using HookEngine.Bundles;
using HookEngine.Json;
using HookEngine.Rules;

namespace HookEngine.Injection;

/// <summary>Works out the edits that take hooks out of the text of a config.json, wherever in their stage they stand.</summary>
internal static class HookRemoval
{
    /// <summary>The edits that remove each of the hooks once, the last of its like; one that is not there is passed over.</summary>
    internal static List<Splice> Edits(ReadOnlySpan<byte> json, IReadOnlyList<PlannedHook> hooks)
    {
        var splices = new List<Splice>();
        if (ContainerConfig.Parse(json, out _) is not { } config)
        {
            return splices;
        }

        foreach (HooksMember member in config.Hooks.Members)
        {
            foreach (StageMember stage in member.Stages)
            {
                splices.AddRange(EditsOfStage(json, stage, hooks));
            }
        }

        splices.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        return splices;
    }

    private static List<Splice> EditsOfStage(ReadOnlySpan<byte> json, StageMember stage, IReadOnlyList<PlannedHook> hooks)
    {
        var removed = new HashSet<int>();
        foreach (PlannedHook hook in hooks)
        {
            if (!string.Equals(hook.Stage.Name(), stage.FoldedName, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            for (int i = stage.Elements.Count - 1; i >= 0; i--)
            {
                if (!removed.Contains(i) && hook.Hook.Equals(ReadHook(json, stage.Elements[i])))
                {
                    removed.Add(i);
                    break;
                }
            }
        }

        return EditsToRemove(json, stage, removed);
    }

    /// <summary>With each hook goes the comma after it, or the one before if none is left after it.</summary>
    private static List<Splice> EditsToRemove(ReadOnlySpan<byte> json, StageMember stage, HashSet<int> removed)
    {
        var splices = new List<Splice>();
        int lastKept = stage.Elements.Count - 1;
        while (lastKept >= 0 && removed.Contains(lastKept))
        {
            lastKept--;
        }

        for (int i = 0; i < lastKept; i++)
        {
            if (removed.Contains(i))
            {
                splices.Add(Cut(json, stage.Elements[i].Start, stage.Elements[i + 1].Start));
            }
        }

        if (lastKept < stage.Elements.Count - 1)
        {
            int start = lastKept < 0 ? stage.Elements[0].Start : stage.Elements[lastKept].End;
            splices.Add(Cut(json, start, stage.Elements[^1].End));
        }

        return splices;
    }

    private static Splice Cut(ReadOnlySpan<byte> json, int start, int end) => new(start, json[start..end].ToArray(), []);

    private static Hook ReadHook(ReadOnlySpan<byte> json, TextRange range)
    {
        var decoder = new GoDecoder(json[range.Start..range.End]);
        string? path = null;
        List<string>? args = null, env = null;
        long? timeout = null;
        RuleFormat100.ReadHook(ref decoder, "hook", ref path, ref args, ref env, ref timeout);
        return new Hook(path ?? "", args, env, timeout);
    }
}
