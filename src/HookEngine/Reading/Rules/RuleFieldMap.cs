using Json;

namespace HookEngine.Reading.Rules;

/// <summary>
/// The positions of a rule's fields in its text. It matches keys as <see cref="RuleParser"/> does: without regard to case, and the last of
/// equal keys counts. It is created only for valid JSON, and only if there is something to report.
/// </summary>
internal sealed class RuleFieldMap
{
    /// <summary>The suffix that marks an annotation's key in diagnostics, after the annotation's name.</summary>
    internal const string KeySuffix = " (the key)";

    private static readonly string[] s_names100 =
    [
        "version", "hook", "hook.path", "hook.args", "hook.env", "hook.timeout", "when", "when.always", "when.annotations", "when.commands",
        "when.hasBindMounts", "stages",
    ];

    private static readonly string[] s_names010 =
        ["version", "hook", "arguments", "stages", "stage", "cmds", "cmd", "annotations", "annotation", "hasbindmounts"];

    private readonly bool _is010;
    private readonly Dictionary<string, RuleField> _fields = new(StringComparer.Ordinal);
    private readonly List<RuleField> _unknown = [];

    private RuleFieldMap(bool is010) => _is010 = is010;

    /// <summary>Whether the format is 0.1.0.</summary>
    internal bool Is010 => _is010;

    /// <summary>The names of all fields of the format.</summary>
    internal string[] KnownNames => _is010 ? s_names010 : s_names100;

    /// <summary>The fields that the format defines, and the elements of its lists and maps.</summary>
    internal IReadOnlyCollection<RuleField> Fields => _fields.Values;

    /// <summary>The fields that are ignored, with their names in the text.</summary>
    internal IReadOnlyList<RuleField> Unknown => _unknown;

    internal static RuleFieldMap Of(ReadOnlySpan<byte> json, bool is010)
    {
        var map = new RuleFieldMap(is010);
        var decoder = new GoDecoder(json);
        map.Note("", ref decoder);
        map.ReadObject(ref decoder, "");
        return map;
    }

    /// <summary>Returns the offset of a field. For a missing field, it is the offset of the field that should contain it.</summary>
    internal int OffsetOf(string name)
    {
        if (_fields.TryGetValue(name, out RuleField field))
        {
            return field.Offset;
        }

        string holder = "";
        foreach (string known in KnownNames)
        {
            bool isHolder = name.StartsWith(known, StringComparison.Ordinal) && name.AsSpan(known.Length) is ['.' or '[', ..];
            holder = isHolder && known.Length > holder.Length && _fields.ContainsKey(known) ? known : holder;
        }

        return _fields[holder].Offset;
    }

    private void ReadObject(ref GoDecoder decoder, string parent)
    {
        if (!decoder.EnterObject(parent))
        {
            return;
        }

        while (decoder.NextEntry(out string key))
        {
            string written = parent.Length == 0 ? key : $"{parent}.{key}";
            string folded = Folded(written);
            string? name = key.Contains('.', StringComparison.Ordinal) ? null
                : Array.Find(KnownNames, known => known.Equals(folded, StringComparison.OrdinalIgnoreCase));
            if (name is null)
            {
                _unknown.Add(new RuleField(written, decoder.Offset, null));
                decoder.Skip();
                continue;
            }

            switch (name)
            {
                case "hook" or "when" when !_is010:
                    Note(name, ref decoder);
                    ReadObject(ref decoder, name);
                    break;
                case "when.annotations":
                    ReadMap(ref decoder, name);
                    break;
                case "hook.args" or "hook.env" or "when.commands" or "arguments" or "stages" or "stage" or "cmds" or "cmd" or "annotations"
                    or "annotation":
                    ReadList(ref decoder, name);
                    break;
                default:
                    ReadScalar(ref decoder, name);
                    break;
            }
        }
    }

    /// <summary>Replaces U+017F by s and U+212A by k. Go treats them as equal, besides upper and lower case.</summary>
    private static string Folded(string key) => key.Replace('\u017F', 's').Replace('\u212A', 'k');

    private void ReadMap(ref GoDecoder decoder, string name)
    {
        Note(name, ref decoder);
        if (!decoder.EnterObject(name))
        {
            return;
        }

        while (decoder.NextEntry(out string key))
        {
            string entry = $"{name}.{key}";
            _fields[entry + KeySuffix] = new RuleField(entry + KeySuffix, decoder.Offset, key);
            ReadScalar(ref decoder, entry);
        }
    }

    private void ReadList(ref GoDecoder decoder, string name)
    {
        for (int i = 0; _fields.Remove($"{name}[{i}]"); i++)
        {
        }

        Note(name, ref decoder);
        if (!decoder.EnterArray(name))
        {
            return;
        }

        for (int i = 0; decoder.NextElement(); i++)
        {
            ReadScalar(ref decoder, $"{name}[{i}]");
        }
    }

    private void ReadScalar(ref GoDecoder decoder, string name)
    {
        int offset = NextOffset(decoder);
        string? text = null;
        decoder.ReadString(name, ref text);
        _fields[name] = new RuleField(name, offset, text);
    }

    private void Note(string name, ref GoDecoder decoder) => _fields[name] = new RuleField(name, NextOffset(decoder), null);

    /// <summary>Returns the offset of the next value. The decoder is passed by value, so the caller's does not move.</summary>
    private static int NextOffset(GoDecoder decoder) => decoder.SkipValue().Start;
}
