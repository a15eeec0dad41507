using HookEngine.Model;
using HookEngine.Reading.Bundles;

namespace HookEngine.Changing.Injection;

/// <summary>Works out the edits that take hooks out of the text of a config.json, wherever in their stage they stand.</summary>
internal static class HookRemoval
{
    /// <summary>
    /// The edits that remove each of the hooks once, the last of its like, as long as there are more than there were before.
    /// </summary>
    /// <param name="json">The text.</param>
    /// <param name="hooks">The hooks.</param>
    /// <param name="removed">Those of them that the edits remove.</param>
    internal static List<Splice> Edits(
        ReadOnlySpan<byte> json,
        IReadOnlyList<InjectionRecord.AddedHook> hooks,
        out IReadOnlyList<InjectionRecord.AddedHook> removed)
    {
        var splices = new List<Splice>();
        removed = [];
        if (ContainerConfig.Parse(json, out _) is not { } config)
        {
            return splices;
        }

        bool[] found = new bool[hooks.Count];
        foreach (HooksMember member in config.Hooks.Members)
        {
            foreach (StageMember stage in member.Stages)
            {
                splices.AddRange(EditsOfStage(json, stage, hooks, found));
            }
        }

        removed = [.. hooks.Where((_, i) => found[i])];
        splices.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        return splices;
    }

    private static List<Splice> EditsOfStage(
        ReadOnlySpan<byte> json, StageMember stage, IReadOnlyList<InjectionRecord.AddedHook> hooks, bool[] found)
    {
        var removed = new HashSet<int>();
        HookStage? name = HookStages.ParseFolded(stage.FoldedName);
        Dictionary<Hook, List<int>>? places = null;
        for (int h = 0; h < hooks.Count; h++)
        {
            if (hooks[h].Stage != name)
            {
                continue;
            }

            places ??= PlacesOf(json, stage);
            if (places.TryGetValue(hooks[h].Hook, out List<int>? like) && like.Count > Math.Max(hooks[h].Before, 0))
            {
                removed.Add(like[^1]);
                like.RemoveAt(like.Count - 1);
                found[h] = true;
            }
        }

        return EditsToRemove(json, stage, removed);
    }

    /// <summary>Where each hook of a stage stands in it.</summary>
    private static Dictionary<Hook, List<int>> PlacesOf(ReadOnlySpan<byte> json, StageMember stage)
    {
        var places = new Dictionary<Hook, List<int>>();
        for (int i = 0; i < stage.Elements.Count; i++)
        {
            Hook hook = ConfiguredHooks.ReadHook(json, stage.Elements[i]);
            if (!places.TryGetValue(hook, out List<int>? like))
            {
                places.Add(hook, like = []);
            }

            like.Add(i);
        }

        return places;
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
}
