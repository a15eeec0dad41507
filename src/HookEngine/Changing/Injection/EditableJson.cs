using System.Text.Json;
using Json;
using Linux;

namespace HookEngine.Changing.Injection;

/// <summary>
/// A value of a JSON text that may be changed, with its place in the object or list it is in. What is changed comes out as splices, so
/// that everything else stays to the byte. Only those objects and lists are taken apart that OciHooks edits; all others are one piece.
/// </summary>
internal sealed class EditableJson
{
    /// <summary>The places that are taken apart.</summary>
    private static readonly HashSet<string> s_places = new(StringComparer.Ordinal)
    {
        "", "process", "process.env", "process.user", "process.user.additionalGids", "mounts", "annotations", "linux", "linux.devices",
        "linux.resources", "linux.resources.devices",
    };

    private readonly string _place;
    private readonly TextRange _range;
    private JsonTokenType _type;
    private byte[]? _text;
    private bool _isNull;

    /// <summary>The key of a member of an object, and as runc compares it; null for an element of a list.</summary>
    private readonly string? _key;
    private readonly string? _foldedKey;

    /// <summary>Where the member stands, from its key on, or the element; empty if it is new.</summary>
    private readonly TextRange _whole;
    private bool _isRemoved;
    private EditableJson? _previous;
    private EditableJson? _next;

    /// <summary>The member before it that has the same key.</summary>
    private EditableJson? _earlierOfKey;

    /// <summary>Its own members or elements, and the last of each key.</summary>
    private EditableJson? _first;
    private EditableJson? _last;
    private Dictionary<string, EditableJson>? _lastOfKey;

    private EditableJson(string place, JsonTokenType type, TextRange range, string? key, string? foldedKey, TextRange whole)
    {
        _place = place;
        _type = type;
        _range = range;
        _key = key;
        _foldedKey = foldedKey;
        _whole = whole;
    }

    /// <summary>The values of a list, or of an object's members.</summary>
    internal IEnumerable<EditableJson> Values
    {
        get
        {
            for (EditableJson? item = _first; item is not null; item = item._next)
            {
                if (!item._isRemoved)
                {
                    yield return item;
                }
            }
        }
    }

    /// <summary>Whether it is an object or list that has something in it.</summary>
    internal bool HasItems => _first is not null;

    /// <summary>Whether it was replaced, or its text is new.</summary>
    internal bool IsChanged => _text is not null;

    private bool IsNew => _whole.End == 0;

    /// <summary>Takes a text apart that is JSON.</summary>
    internal static EditableJson Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, GoJson.Options);
        reader.Read();
        return Read(ref reader, "", null, null, (int)reader.TokenStartIndex);
    }

    private static EditableJson Read(ref Utf8JsonReader reader, string place, string? key, string? foldedKey, int wholeStart)
    {
        JsonTokenType type = reader.TokenType;
        int start = (int)reader.TokenStartIndex;
        var items = new List<EditableJson>();
        if (!s_places.Contains(place))
        {
            reader.Skip();
        }
        else if (type == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int member = (int)reader.TokenStartIndex;
                string name = GoJson.ReadString(ref reader);
                string folded = GoJson.FoldedKey(ref reader);
                reader.Read();
                items.Add(Read(ref reader, Below(place, name), name, folded, member));
            }
        }
        else if (type == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                items.Add(Read(ref reader, place + "[]", null, null, (int)reader.TokenStartIndex));
            }
        }

        int end = (int)reader.BytesConsumed;
        var node = new EditableJson(place, type, new TextRange(start, end), key, foldedKey, new TextRange(wholeStart, end));
        items.ForEach(node.Append);
        return node;
    }

    private static string Below(string place, string name) => place.Length == 0 ? name : $"{place}.{name}";

    /// <summary>The value at a place such as <c>linux.devices</c>; null if there is none, or null.</summary>
    /// <exception cref="OciHooksException">Runtimes would not agree on which of several it is, or it is of another type.</exception>
    internal EditableJson? Find(string place, JsonTokenType type)
    {
        EditableJson? value = this;
        string[] names = place.Split('.');
        for (int i = 0; i < names.Length && value is not null; i++)
        {
            value = value.Member(names[i]);
            value = value?.OfType(i == names.Length - 1 ? type : JsonTokenType.StartObject);
        }

        return value;
    }

    /// <summary>As <see cref="Find"/>, and makes it, and what it is in, if it is not there.</summary>
    internal EditableJson Make(string place, JsonTokenType type)
    {
        EditableJson value = this;
        string[] names = place.Split('.');
        for (int i = 0; i < names.Length; i++)
        {
            JsonTokenType wanted = i == names.Length - 1 ? type : JsonTokenType.StartObject;
            EditableJson? member = value.Member(names[i]);
            if (member is null)
            {
                member = new EditableJson(Below(value._place, names[i]), wanted, default, names[i], null, default);
                value.Append(member);
            }
            else if (member.OfType(wanted) is null)
            {
                member._type = wanted;
                member._isNull = true;
            }

            value = member;
        }

        return value;
    }

    private EditableJson? OfType(JsonTokenType type) =>
        _type == type ? this
        : _type == JsonTokenType.Null ? null
        : throw new OciHooksException(
            $"{_place} in config.json is {GoDecoder.Describe(_type)}; it must be {GoDecoder.Describe(type)} for a rule to edit it");

    /// <summary>The member of a name that the specification gives.</summary>
    private EditableJson? Member(string name)
    {
        EditableJson? found = null;
        string folded = name.ToLowerInvariant();
        for (EditableJson? item = _first; item is not null; item = item._next)
        {
            if (item._key == name || item._foldedKey == folded)
            {
                if (found is not null || item._key != name)
                {
                    throw new OciHooksException(
                        $"{Below(_place, name)} stands in config.json twice or in another case, which runtimes read differently; "
                        + "the engine or tool that made the bundle must write it once");
                }

                found = item;
            }
        }

        return found;
    }

    /// <summary>The value of a member whose name is data, as an annotation's; of several the last.</summary>
    internal EditableJson? Entry(string key)
    {
        EditableJson? entry = LastOfKey().GetValueOrDefault(key);
        while (entry is { _isRemoved: true })
        {
            entry = entry._earlierOfKey;
        }

        return entry;
    }

    /// <summary>Adds a member, or puts another value in its place.</summary>
    internal void Set(string key, byte[] text)
    {
        if (Entry(key) is { } entry)
        {
            entry.Replace(text);
        }
        else
        {
            Append(New(text, key));
        }
    }

    /// <summary>Adds an element at the end, or before one that is there.</summary>
    /// <returns>The element.</returns>
    internal EditableJson Add(byte[] text, EditableJson? before = null)
    {
        EditableJson item = New(text, null);
        if (before is null)
        {
            Append(item);
            return item;
        }

        (item._previous, item._next) = (before._previous, before);
        before._previous = item;
        if (item._previous is { } previous)
        {
            previous._next = item;
        }
        else
        {
            _first = item;
        }

        return item;
    }

    /// <summary>Puts another value in this one's place.</summary>
    internal void Replace(byte[] text) => _text = text;

    /// <summary>Takes it out of what it is in.</summary>
    internal void Remove() => _isRemoved = true;

    /// <summary>Its text as it is now; it is in one piece.</summary>
    /// <param name="json">The text that all this was read from.</param>
    internal ReadOnlySpan<byte> TextIn(ReadOnlySpan<byte> json) => _text ?? json[_range.Start.._range.End];

    /// <summary>All that is changed, as edits of the text, in order.</summary>
    internal List<Splice> Splices(ReadOnlySpan<byte> json)
    {
        var splices = new List<Splice>();
        AddSplices(json, splices);
        return splices;
    }

    /// <summary>All that is changed, as what it is.</summary>
    internal List<ConfigChange> Changes(ReadOnlySpan<byte> json)
    {
        var changes = new List<ConfigChange>();
        AddChanges(json, changes);
        return changes;
    }

    private EditableJson New(byte[] text, string? key) =>
        new(_place + "[]", JsonTokenType.None, default, key, null, default) { _text = text };

    private void Append(EditableJson item)
    {
        item._previous = _last;
        if (_last is null)
        {
            _first = item;
        }
        else
        {
            _last._next = item;
        }

        _last = item;
        if (_lastOfKey is not null)
        {
            NoteKey(item);
        }
    }

    private Dictionary<string, EditableJson> LastOfKey()
    {
        if (_lastOfKey is null)
        {
            _lastOfKey = new Dictionary<string, EditableJson>(StringComparer.Ordinal);
            for (EditableJson? item = _first; item is not null; item = item._next)
            {
                NoteKey(item);
            }
        }

        return _lastOfKey;
    }

    private void NoteKey(EditableJson item)
    {
        if (item._key is { } key)
        {
            item._earlierOfKey = _lastOfKey!.GetValueOrDefault(key);
            _lastOfKey![key] = item;
        }
    }

    private void AddSplices(ReadOnlySpan<byte> json, List<Splice> splices)
    {
        if (_text is not null || _isNull)
        {
            var text = new JsonText();
            Render(text);
            splices.Add(new Splice(_range.Start, json[_range.Start.._range.End].ToArray(), text.ToArray()));
            return;
        }

        // What is taken out goes with the comma after it: up to the next one that stays.
        EditableJson? firstRemoved = null, lastKept = null;
        JsonText added = new();
        for (EditableJson? item = _first; item is not null; item = item._next)
        {
            if (item.IsNew)
            {
                item.RenderWhole(added.Separator());
            }
            else if (item._isRemoved)
            {
                firstRemoved ??= item;
            }
            else
            {
                item.AddSplicesOfKept(json, firstRemoved, added, splices);
                (firstRemoved, lastKept, added) = (null, item, new JsonText());
            }
        }

        AddEnd(json, firstRemoved, lastKept, added, splices);
    }

    /// <summary>The edits of an item that stays, and of what was taken out or is new before it.</summary>
    private void AddSplicesOfKept(ReadOnlySpan<byte> json, EditableJson? firstRemoved, JsonText added, List<Splice> splices)
    {
        if (firstRemoved is not null)
        {
            splices.Add(Cut(json, firstRemoved._whole.Start, _whole.Start));
        }

        if (added.Span.Length > 0)
        {
            splices.Add(new Splice(_whole.Start, [], added.Raw(","u8).ToArray()));
        }

        int own = splices.Count;
        AddSplices(json, splices);
        MergeAt(splices, own);
    }

    /// <summary>Behind the last item that stays goes what is new, and what is taken out there goes with the comma before it.</summary>
    private void AddEnd(
        ReadOnlySpan<byte> json, EditableJson? firstRemoved, EditableJson? lastKept, JsonText added, List<Splice> splices)
    {
        if (added.Span.Length > 0)
        {
            ReadOnlySpan<byte> comma = lastKept is null ? default : ","u8;
            splices.Add(new Splice(lastKept?._whole.End ?? _range.Start + 1, [], [.. comma, .. added.Span]));
        }

        if (firstRemoved is not null)
        {
            EditableJson last = _last!;
            while (last.IsNew)
            {
                last = last._previous!;
            }

            splices.Add(Cut(json, lastKept?._whole.End ?? firstRemoved._whole.Start, last._whole.End));
        }
    }

    /// <summary>What goes in before an item, and what takes the item's place, are one edit where they meet.</summary>
    private static void MergeAt(List<Splice> splices, int index)
    {
        if (index > 0 && index < splices.Count
            && splices[index - 1].Removed.Length == 0
            && splices[index - 1].Offset == splices[index].Offset)
        {
            Splice replacement = splices[index];
            splices[index - 1] = replacement with { Inserted = [.. splices[index - 1].Inserted, .. replacement.Inserted] };
            splices.RemoveAt(index);
        }
    }

    private static Splice Cut(ReadOnlySpan<byte> json, int start, int end) => new(start, json[start..end].ToArray(), []);

    private void RenderWhole(JsonText json)
    {
        if (_key is not null)
        {
            json.String(_key).Raw(":"u8);
        }

        Render(json);
    }

    private void Render(JsonText json)
    {
        if (_text is not null)
        {
            json.Raw(_text);
            return;
        }

        bool isObject = _type == JsonTokenType.StartObject;
        json.Raw(isObject ? "{"u8 : "["u8);
        for (EditableJson? item = _first; item is not null; item = item._next)
        {
            item.RenderWhole(json.Separator());
        }

        json.Raw(isObject ? "}"u8 : "]"u8);
    }

    private void AddChanges(ReadOnlySpan<byte> json, List<ConfigChange> changes)
    {
        Dictionary<string, int>? known = null;
        for (EditableJson? item = _first; item is not null; item = item._next)
        {
            if (item._text is { } text)
            {
                known ??= CountItemsOf(json);
                byte[]? was = item.IsNew ? null : json[item._range.Start..item._range.End].ToArray();
                changes.Add(new ConfigChange(_place, item._key, text, was, known.GetValueOrDefault(ConfigChange.Canonical(text))));
            }
            else
            {
                item.AddChanges(json, changes);
            }
        }
    }

    /// <summary>How many of each value the text itself has here.</summary>
    private Dictionary<string, int> CountItemsOf(ReadOnlySpan<byte> json)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (EditableJson? item = _first; item is not null; item = item._next)
        {
            if (!item.IsNew)
            {
                string value = ConfigChange.Canonical(json[item._range.Start..item._range.End]);
                counts[value] = counts.GetValueOrDefault(value) + 1;
            }
        }

        return counts;
    }
}
