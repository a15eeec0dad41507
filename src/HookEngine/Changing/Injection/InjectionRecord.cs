using System.Buffers.Binary;
using HookEngine.Model;
using HookEngine.Reading.Bundles;
using HookEngine.Reading.Rules;
using Json;
using Linux;

namespace HookEngine.Changing.Injection;

/// <summary>
/// What was injected into a config.json, kept in a file beside it (config.json.ocihooks) so that it can be taken out again: the
/// configuration itself bears no mark. The record is written before the configuration is, and keeps the injection before as
/// well, so that it is true whichever of the two a kill leaves. One that a kill cut short is none: nothing was injected yet.
/// </summary>
internal sealed class InjectionRecord
{
    internal const int SizeLimit = 16 * 1024 * 1024;

    private InjectionRecord(List<Generation> generations, string? config)
    {
        Generations = generations;
        Config = config;
    }

    /// <summary>The configuration's path, in base64, as it was when the record was written.</summary>
    internal string? Config { get; }

    /// <summary>That nothing was injected.</summary>
    internal static InjectionRecord None => new([], null);

    /// <summary>The injections the configuration may show, the latest first.</summary>
    internal List<Generation> Generations { get; }

    /// <summary>One injection.</summary>
    /// <param name="Edits">Its edits of the configuration as the engine wrote it.</param>
    /// <param name="Hooks">The hooks it added, to find them by when the text was changed since.</param>
    /// <param name="Length">How long the text is with them: one injection's text may begin as another's does.</param>
    internal sealed record Generation(IReadOnlyList<Splice> Edits, IReadOnlyList<AddedHook> Hooks, int Length)
    {
        /// <summary>The <see cref="Checksum"/> of the text with them: what is only taken out leaves no mark; null if it is not known.</summary>
        internal long? Sum { get; init; }

        /// <summary>What it changed besides hooks.</summary>
        internal IReadOnlyList<ConfigChange> Changes { get; init; } = [];

        /// <summary>The injection into a configuration.</summary>
        internal static Generation Of(
            ReadOnlySpan<byte> original, ContainerConfig config, ConfigPatch patch, ReadOnlySpan<byte> patched)
        {
            var added = new List<AddedHook>(patch.Hooks.Count);
            var counts = new HookCounts(original, config);
            foreach (PlannedHook hook in patch.Hooks)
            {
                int before = counts.Of(hook.Stage, hook.Entry);
                added.Add(new AddedHook(hook.Stage, hook.Entry, before));
            }

            return new Generation(patch.Splices, added, patched.Length) { Changes = patch.Changes, Sum = Checksum(patched) };
        }
    }

    /// <summary>A hook that was added.</summary>
    /// <param name="Stage">The list it went into.</param>
    /// <param name="Hook">The program.</param>
    /// <param name="Before">How many like it were there already, and are the engine's own.</param>
    internal sealed record AddedHook(HookStage Stage, Hook Hook, int Before);

    /// <summary>The record of a configuration, empty if there is none or it is no record of ours.</summary>
    internal static InjectionRecord Read(FilePath path)
    {
        using NativeBuffer? json = RegularFile.Read(path, SizeLimit, out FileError error);
        if (json is null && !error.IsAbsence)
        {
            throw new OciHooksException(
                $"{path}: {error.Text}, and tells what was injected before; put the file back and make it readable, or have the bundle made anew");
        }

        if (json is null || GoJson.FindSyntaxError(json.Span) is not null)
        {
            return None;
        }

        var decoder = new GoDecoder(json.Span);
        var generations = new List<Generation>();
        string? config = null;
        bool isObject = decoder.EnterObject("record");
        while (isObject && decoder.NextEntry(out string key))
        {
            if (key == "config")
            {
                decoder.ReadString(key, ref config);
                continue;
            }

            bool isArray = key == "generations" && decoder.EnterArray(key);
            while (isArray && decoder.NextElement())
            {
                generations.Add(ReadGeneration(ref decoder));
            }

            if (key != "generations")
            {
                decoder.Skip();
            }
        }

        return decoder.Problems.Count == 0 ? new InjectionRecord(generations, config) : None;
    }

    /// <summary>The record's text after one more injection.</summary>
    /// <param name="next">The injection that is about to be written.</param>
    /// <param name="shown">The one that the configuration shows now; null if it shows none.</param>
    /// <param name="config">The configuration's path.</param>
    internal static byte[] Write(Generation next, Generation? shown, FilePath config)
    {
        JsonText json = new JsonText().Raw("{\"config\":"u8).Base64(config.Bytes).Raw(",\"generations\":["u8);
        WriteGeneration(json, next);
        if (shown is not null)
        {
            WriteGeneration(json.Separator(), shown);
        }

        return json.Raw("]}"u8).ToArray();
    }

    /// <summary>
    /// The edits that take the latest injection the text shows out of it, and that injection: to the byte where the text is as it
    /// was left, hook by hook, and edit by edit, where others changed it.
    /// </summary>
    /// <param name="json">The text.</param>
    /// <param name="shown">The injection, if the text is as it was left.</param>
    /// <param name="removed">The hooks that are taken out.</param>
    internal List<Splice> EditsToUndo(ReadOnlySpan<byte> json, out Generation? shown, out IReadOnlyList<AddedHook> removed)
    {
        foreach (Generation generation in Generations)
        {
            if (generation.Length == json.Length
                && (generation.Sum is null || generation.Sum == Checksum(json))
                && Splice.Invert(generation.Edits, json) is { } inverse)
            {
                shown = generation;
                removed = generation.Hooks;
                return inverse;
            }
        }

        shown = null;
        foreach (Generation generation in Generations)
        {
            List<Splice> hooks = HookRemoval.Edits(json, generation.Hooks, out removed);
            if (Splice.Merge(hooks, ConfigChange.Undo(json, generation.Changes)) is { Count: > 0 } edits)
            {
                return edits;
            }
        }

        removed = [];
        return [];
    }

    /// <summary>Tells texts apart that nobody made to look alike: FNV-1a, eight bytes at a time.</summary>
    internal static long Checksum(ReadOnlySpan<byte> text)
    {
        const ulong Prime = 0x100000001b3;
        ulong sum = 0xcbf29ce484222325;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
        {
            sum = (sum ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * Prime;
        }

        foreach (byte rest in text)
        {
            sum = (sum ^ rest) * Prime;
        }

        return (long)sum;
    }

    private static void WriteGeneration(JsonText json, Generation generation)
    {
        json.Raw("{\"length\":"u8).Number(generation.Length);
        if (generation.Sum is { } sum)
        {
            json.Raw(",\"sum\":"u8).Number(sum);
        }

        json.Raw(",\"edits\":["u8);
        foreach (Splice edit in generation.Edits)
        {
            json.Separator().Raw("{\"offset\":"u8).Number(edit.Offset);
            json.Raw(",\"removed\":"u8).Base64(edit.Removed);
            json.Raw(",\"inserted\":"u8).Base64(edit.Inserted).Raw("}"u8);
        }

        json.Raw("],\"hooks\":["u8);
        foreach (AddedHook hook in generation.Hooks)
        {
            json.Separator().Raw("{\"stage\":"u8).String(hook.Stage.Name()).Raw(",\"before\":"u8).Number(hook.Before);
            json.Raw(",\"hook\":"u8);
            HookWriter.Write(json, hook.Hook);
            json.Raw("}"u8);
        }

        json.Raw("]"u8);
        WriteChanges(json, generation.Changes);
        json.Raw("}"u8);
    }

    private static void WriteChanges(JsonText json, IReadOnlyList<ConfigChange> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        json.Raw(",\"changes\":["u8);
        foreach (ConfigChange change in changes)
        {
            json.Separator().Raw("{\"place\":"u8).String(change.Place).Raw(",\"text\":"u8).Base64(change.Text);
            json.Raw(",\"before\":"u8).Number(change.Before);
            if (change.Key is not null)
            {
                json.Raw(",\"key\":"u8).String(change.Key);
            }

            if (change.Was is not null)
            {
                json.Raw(",\"was\":"u8).Base64(change.Was);
            }

            json.Raw("}"u8);
        }

        json.Raw("]"u8);
    }

    private static Generation ReadGeneration(ref GoDecoder decoder)
    {
        var edits = new List<Splice>();
        var hooks = new List<AddedHook>();
        var changes = new List<ConfigChange>();
        long? length = null, sum = null;
        bool isObject = decoder.EnterObject("generation");
        while (isObject && decoder.NextEntry(out string key))
        {
            if (key is "length" or "sum")
            {
                decoder.ReadInteger(key, ref key == "sum" ? ref sum : ref length);
                continue;
            }

            bool isArray = decoder.EnterArray(key);
            while (isArray && decoder.NextElement())
            {
                if (key == "edits")
                {
                    edits.Add(ReadEdit(ref decoder));
                }
                else if (key == "changes")
                {
                    changes.Add(ReadChange(ref decoder));
                }
                else
                {
                    hooks.Add(ReadAddedHook(ref decoder));
                }
            }
        }

        return new Generation(edits, hooks, (int)(length ?? -1)) { Changes = changes, Sum = sum };
    }

    private static Splice ReadEdit(ref GoDecoder decoder)
    {
        long? offset = null;
        string? removed = null, inserted = null;
        bool isObject = decoder.EnterObject("edit");
        while (isObject && decoder.NextEntry(out string key))
        {
            switch (key)
            {
                case "offset": decoder.ReadInteger(key, ref offset); break;
                case "removed": decoder.ReadString(key, ref removed); break;
                case "inserted": decoder.ReadString(key, ref inserted); break;
                default: decoder.Skip(); break;
            }
        }

        return new Splice((int)(offset ?? 0), Bytes(removed), Bytes(inserted));
    }

    private static ConfigChange ReadChange(ref GoDecoder decoder)
    {
        string? place = null, member = null, text = null, was = null;
        long? before = null;
        bool isObject = decoder.EnterObject("change");
        while (isObject && decoder.NextEntry(out string key))
        {
            switch (key)
            {
                case "place": decoder.ReadString(key, ref place); break;
                case "key": decoder.ReadString(key, ref member); break;
                case "text": decoder.ReadString(key, ref text); break;
                case "was": decoder.ReadString(key, ref was); break;
                case "before": decoder.ReadInteger(key, ref before); break;
                default: decoder.Skip(); break;
            }
        }

        return new ConfigChange(place ?? "", member, Bytes(text), was is null ? null : Bytes(was), (int)(before ?? 0));
    }

    private static AddedHook ReadAddedHook(ref GoDecoder decoder)
    {
        long? before = null;
        string? stage = null, path = null;
        List<string>? args = null, env = null;
        long? timeout = null;
        bool isObject = decoder.EnterObject("hook");
        while (isObject && decoder.NextEntry(out string key))
        {
            switch (key)
            {
                case "stage": decoder.ReadString(key, ref stage); break;
                case "before": decoder.ReadInteger(key, ref before); break;
                case "hook": RuleFormat100.ReadHook(ref decoder, key, ref path, ref args, ref env, ref timeout); break;
                default: decoder.Skip(); break;
            }
        }

        return new AddedHook(
            HookStages.Parse(stage ?? "") ?? HookStage.CreateRuntime, new Hook(path ?? "", args, env, timeout), (int)(before ?? 0));
    }

    private static byte[] Bytes(string? base64)
    {
        byte[] bytes = new byte[base64?.Length ?? 0];
        return Convert.TryFromBase64String(base64 ?? "", bytes, out int length) ? bytes[..length] : [];
    }
}
