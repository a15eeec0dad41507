using HookEngine.Model;
using HookEngine.Reading.Bundles;
using Linux;

namespace HookEngine.Changing.Injection;

/// <summary>All that is to be changed in a config.json.</summary>
public sealed class ConfigPatch
{
    private ConfigPatch(IReadOnlyList<Splice> splices, IReadOnlyList<PlannedHook> hooks)
    {
        Splices = splices;
        Hooks = hooks;
    }

    /// <summary>That nothing is to be changed.</summary>
    public static ConfigPatch None { get; } = new([], []);

    /// <summary>The changes of its text, in order.</summary>
    public IReadOnlyList<Splice> Splices { get; private init; }

    /// <summary>The hooks that they add.</summary>
    public IReadOnlyList<PlannedHook> Hooks { get; }

    /// <summary>What they change besides.</summary>
    internal IReadOnlyList<ConfigChange> Changes { get; private init; } = [];

    /// <summary>What became of each edit that is not a hook.</summary>
    public IReadOnlyList<AppliedEdit> Applied { get; private init; } = [];

    /// <summary>Works out the changes.</summary>
    /// <param name="json">The text that <paramref name="config"/> was read from.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="hooks">The hooks to add; those of a stage keep their order.</param>
    /// <param name="edits">The edits to make, in this order.</param>
    /// <exception cref="OciHooksException">An edit cannot be made.</exception>
    public static ConfigPatch Make(
        ReadOnlySpan<byte> json, ContainerConfig config, IReadOnlyList<PlannedHook> hooks, IReadOnlyList<PlannedEdits> edits)
    {
        IReadOnlyList<Splice> added = HookInjection.Edits(json, config, hooks);
        if (edits.Count == 0)
        {
            return new ConfigPatch(added, hooks);
        }

        var editing = new ConfigEditing(json);
        foreach (PlannedEdits planned in edits)
        {
            editing.Apply(planned);
        }

        return new ConfigPatch(Splice.Merge(added, editing.Document.Splices(json)), hooks)
        {
            Changes = editing.Document.Changes(json),
            Applied = editing.Applied,
        };
    }

    /// <summary>As the other, where programs have changed the text before: that is one change with the rest.</summary>
    /// <param name="output">The text as the programs left it.</param>
    /// <param name="original">The text as it was.</param>
    /// <param name="hooks">The hooks to add; those of a stage keep their order.</param>
    /// <param name="edits">The edits to make, in this order.</param>
    /// <exception cref="OciHooksException">An edit cannot be made.</exception>
    internal static ConfigPatch MakeThrough(
        ReadOnlySpan<byte> output, ReadOnlySpan<byte> original, IReadOnlyList<PlannedHook> hooks, IReadOnlyList<PlannedEdits> edits)
    {
        ContainerConfig parsed = ContainerConfig.Parse(output, out string? problem) ?? throw new OciHooksException(problem!);
        ConfigPatch patch = Make(output, parsed, hooks, edits);
        using var result = new NativeBuffer(Splice.LengthAfter(output.Length, patch.Splices));
        Splice.Apply(output, patch.Splices, result.Span);
        return new ConfigPatch(Splice.Between(original, result.Span) is { } one ? [one] : [], hooks)
        {
            Changes = patch.Changes,
            Applied = patch.Applied,
        };
    }
}
