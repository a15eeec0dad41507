using System.Text;
using HookEngine.Model;
using HookEngine.Reading.Bundles;
using Json;
using Linux;

namespace HookEngine.Changing.Injection;

/// <summary>Works out the edits that put hooks into the text of a config.json.</summary>
public static class HookInjection
{
    /// <summary>The edits that add the hooks, in the order of their places; none if there is nothing to add.</summary>
    /// <param name="json">The text that <paramref name="config"/> was read from.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="hooks">The hooks to add; those of a stage keep their order.</param>
    /// <exception cref="OciHooksException">What is there in their place is nothing that they can be added to.</exception>
    public static IReadOnlyList<Splice> Edits(ReadOnlySpan<byte> json, ContainerConfig config, IReadOnlyList<PlannedHook> hooks)
    {
        if (hooks.Count == 0)
        {
            return [];
        }

        List<StageAddition> additions = GroupByStage(hooks);
        HooksLayout layout = config.Hooks;
        bool isOrdinary = IsOrdinary(layout, json);
        EnsureHasPlace(config, hooks, isOrdinary);
        if (!layout.IsObject)
        {
            return [Replace(json, layout.Document, Concat("{\"hooks\":"u8, NewObject(additions), "}"u8))];
        }

        if (layout.Members.Count == 0)
        {
            byte[] member = Concat("\"hooks\":"u8, NewObject(additions));
            return [AddMember(layout.Document.Start, layout.LastMemberEnd, member)];
        }

        return isOrdinary
            ? EditsOfMember(json, layout.Members[0], additions)
            : EditsOfRepeatedMembers(json, layout, additions);
    }

    private static void EnsureHasPlace(ContainerConfig config, IReadOnlyList<PlannedHook> hooks, bool isOrdinary)
    {
        foreach (PlannedHook hook in hooks)
        {
            if (config.Unreadable.Find(isOrdinary ? $"hooks.{hook.Stage.Name()}" : "hooks") is { } problem)
            {
                string source = hook.Rule is { } rule ? $" (rule {rule.Path})" : "";
                throw new OciHooksException($"{problem}: there is a hook to be added{source}");
            }
        }
    }

    /// <summary>Each name once and spelled as the specification does, as every engine writes it.</summary>
    private static bool IsOrdinary(HooksLayout layout, ReadOnlySpan<byte> json)
    {
        if (layout.Members is not [{ IsExact: true } member])
        {
            return false;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (StageMember stage in member.Stages)
        {
            if (!seen.Add(stage.FoldedName) || !IsExact(stage, json))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsExact(StageMember stage, ReadOnlySpan<byte> json)
    {
        string? name = CanonicalName(stage.FoldedName);
        return name is null || json[stage.Key.Start..stage.Key.End].SequenceEqual(Encoding.UTF8.GetBytes($"\"{name}\""));
    }

    private static List<Splice> EditsOfMember(ReadOnlySpan<byte> json, HooksMember member, List<StageAddition> additions)
    {
        if (member.IsNull)
        {
            return [Replace(json, member.Value, NewObject(additions))];
        }

        var splices = new List<Splice>();
        var absent = new List<StageAddition>();
        foreach (StageAddition addition in additions)
        {
            StageMember? stage = member.Stages.Find(stage => CanonicalName(stage.FoldedName) == addition.Name);
            if (stage is null)
            {
                absent.Add(addition);
            }
            else if (stage.IsNull)
            {
                splices.Add(Replace(json, stage.Value, HookWriter.Array(addition.All)));
            }
            else
            {
                splices.AddRange(EditsOfStage(stage, addition));
            }
        }

        if (absent.Count > 0)
        {
            int lastEnd = member.Stages is [.., var last] ? last.Value.End : 0;
            splices.Add(AddMember(member.Value.Start, lastEnd, Members(absent)));
        }

        splices.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        return splices;
    }

    private static List<Splice> EditsOfStage(StageMember stage, StageAddition addition)
    {
        if (stage.Elements.Count == 0)
        {
            return [Insert(stage.Value.Start + 1, HookWriter.Elements(addition.All))];
        }

        var splices = new List<Splice>();
        if (addition.First.Count > 0)
        {
            splices.Add(Insert(stage.Elements[0].Start, Concat(HookWriter.Elements(addition.First), ","u8)));
        }

        if (addition.Last.Count > 0)
        {
            splices.Add(Insert(stage.Elements[^1].End, Concat(","u8, HookWriter.Elements(addition.Last))));
        }

        return splices;
    }

    /// <summary>
    /// Where hooks or a stage stand several times, or in another case, runc goes by the last and crun by the first, in the
    /// exact spelling: one takes the place of all, with what they come to for runc, and the additions.
    /// </summary>
    private static List<Splice> EditsOfRepeatedMembers(ReadOnlySpan<byte> json, HooksLayout layout, List<StageAddition> additions)
    {
        var stages = new Dictionary<string, TextRange>(StringComparer.Ordinal);
        foreach (HooksMember member in layout.Members)
        {
            foreach (StageMember stage in member.Stages)
            {
                string? name = CanonicalName(stage.FoldedName);
                string key = name is null ? Encoding.UTF8.GetString(json[stage.Key.Start..stage.Key.End]) : $"\"{name}\"";
                stages[key] = stage.Elements.Count == 0 ? default : new TextRange(stage.Elements[0].Start, stage.Elements[^1].End);
            }
        }

        JsonText merged = new JsonText().Raw("{"u8);
        foreach ((string key, TextRange elements) in stages)
        {
            if (!additions.Exists(addition => key == $"\"{addition.Name}\""))
            {
                AddStage(merged, key, json[elements.Start..elements.End]);
            }
        }

        foreach (StageAddition addition in additions)
        {
            string key = $"\"{addition.Name}\"";
            TextRange existing = stages.GetValueOrDefault(key);
            byte[] between = json[existing.Start..existing.End].ToArray();
            AddStage(merged, key, Join(HookWriter.Elements(addition.First), between, HookWriter.Elements(addition.Last)));
        }

        HooksMember first = layout.Members[0];
        var splices = new List<Splice>
        {
            Replace(json, first.Key, "\"hooks\""u8.ToArray()),
            Replace(json, first.Value, merged.Raw("}"u8).ToArray()),
        };
        foreach (HooksMember other in layout.Members.Skip(1))
        {
            splices.Add(Replace(json, new TextRange(other.PreviousEnd, other.Value.End), []));
        }

        return splices;
    }

    private static void AddStage(JsonText members, string key, ReadOnlySpan<byte> elements) =>
        members.Separator().Raw(Encoding.UTF8.GetBytes(key)).Raw(":["u8).Raw(elements).Raw("]"u8);

    private static List<StageAddition> GroupByStage(IReadOnlyList<PlannedHook> hooks)
    {
        var additions = new List<StageAddition>();
        foreach (PlannedHook hook in hooks)
        {
            StageAddition? addition = additions.Find(addition => addition.Stage == hook.Stage);
            if (addition is null)
            {
                addition = new StageAddition(hook.Stage);
                additions.Add(addition);
            }

            (hook.First ? addition.First : addition.Last).Add(hook.Entry);
        }

        return additions;
    }

    private static string? CanonicalName(string foldedName) => HookStages.ParseFolded(foldedName)?.Name();

    private static byte[] NewObject(List<StageAddition> additions) => Concat("{"u8, Members(additions), "}"u8);

    private static byte[] Members(List<StageAddition> additions)
    {
        byte[] members = [];
        foreach (StageAddition addition in additions)
        {
            byte[] key = Encoding.UTF8.GetBytes($"\"{addition.Name}\":");
            members = Join(members, Concat(key, HookWriter.Array(addition.All)));
        }

        return members;
    }

    private static Splice AddMember(int objectStart, int lastMemberEnd, byte[] member) =>
        lastMemberEnd == 0 ? Insert(objectStart + 1, member) : Insert(lastMemberEnd, Concat(","u8, member));

    private static Splice Insert(int offset, byte[] text) => new(offset, [], text);

    private static Splice Replace(ReadOnlySpan<byte> json, TextRange range, byte[] text) =>
        new(range.Start, json[range.Start..range.End].ToArray(), text);

    private static byte[] Concat(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c = default) => [.. a, .. b, .. c];

    /// <summary>The parts that are not empty, with commas between.</summary>
    private static byte[] Join(params ReadOnlySpan<byte[]> parts)
    {
        byte[] joined = [];
        foreach (byte[] part in parts)
        {
            joined = joined.Length == 0 ? part : part.Length == 0 ? joined : Concat(joined, ","u8, part);
        }

        return joined;
    }

    /// <summary>The hooks that one stage gets, before and after those it has.</summary>
    private sealed class StageAddition(HookStage stage)
    {
        internal HookStage Stage { get; } = stage;

        internal string Name => Stage.Name();

        internal List<Hook> First { get; } = [];

        internal List<Hook> Last { get; } = [];

        internal List<Hook> All => [.. First, .. Last];
    }
}
