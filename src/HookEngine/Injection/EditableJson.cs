using System.Text.Json;
using HookEngine.Json;

namespace HookEngine.Injection;

/// <summary>
/// A value of a JSON text that may be changed. What is changed comes out as splices, so that everything else stays to the byte. Only
/// those objects and lists are taken apart that OciHooks edits; all others are one piece.
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
    private readonly List<Item> _items = [];
    private JsonTokenType _type;
    private byte[]? _text;
    private bool _isNull;

    private EditableJson(string place, JsonTokenType type, TextRange range)
    {
        _place = place;
        _type = type;
        _range = range;
    }

    /// <summary>A member of an object, or an element of a list.</summary>
    /// <param name="key">The member's key; null for an element.</param>
    /// <param name="foldedKey">The key as runc compares it.</param>
    /// <param name="range">Where it stands, from its key on; an empty one if it is new.</param>
    /// <param name="value">Its value.</param>
    private sealed class Item(string? key, string? foldedKey, TextRange range, EditableJson value)
    {
        internal string? Key => key;

        internal string? FoldedKey => foldedKey;

        internal TextRange Range => range;

        internal EditableJson Value => value;

        internal bool IsNew => Range.End == 0;

        internal bool IsRemoved { get; set; }

        internal byte[] Render()
        {
            JsonText json = new();
            if (Key is not null)
            {
                json.String(Key).Raw(":"u8);
            }

            Value.Render(json);
            return json.ToArray();
        }
    }

    /// <summary>The values of a list, or of an object's members.</summary>
    internal IEnumerable<EditableJson> Values => _items.Where(item => !item.IsRemoved).Select(item => item.Value);

    /// <summary>Whether it is an object or list that has something in it.</summary>
    internal bool HasItems => _items.Count > 0;

    /// <summary>Takes a text apart that is JSON.</summary>
    internal static EditableJson Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, GoJson.Options);
        reader.Read();
        return Read(ref reader, "");
    }

    private static EditableJson Read(ref Utf8JsonReader reader, string place)
    {
        JsonTokenType type = reader.TokenType;
        int start = (int)reader.TokenStartIndex;
        var items = new List<Item>();
        if (!s_places.Contains(place))
        {
            reader.Skip();
        }
        else if (type == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int key = (int)reader.TokenStartIndex;
                string name = GoJson.ReadString(ref reader);
                string folded = GoJson.FoldedKey(ref reader);
                reader.Read();
                EditableJson value = Read(ref reader, Below(place, name));
                items.Add(new Item(name, folded, new TextRange(key, (int)reader.BytesConsumed), value));
            }
        }
        else if (type == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                EditableJson value = Read(ref reader, place + "[]");
                items.Add(new Item(null, null, value._range, value));
            }
        }

        var node = new EditableJson(place, type, new TextRange(start, (int)reader.BytesConsumed));
        node._items.AddRange(items);
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
            value = value.Member(names[i])?.Value;
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
            EditableJson? member = value.Member(names[i])?.Value;
            if (member is null)
            {
                member = new EditableJson(Below(value._place, names[i]), wanted, default);
                value._items.Add(new Item(names[i], null, default, member));
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
    private Item? Member(string name)
    {
        Item? found = null;
        string folded = name.ToLowerInvariant();
        foreach (Item item in _items)
        {
            if (item.Key == name || item.FoldedKey == folded)
            {
                if (found is not null || item.Key != name)
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
    internal EditableJson? Entry(string key) => _items.FindLast(item => item.Key == key && !item.IsRemoved)?.Value;

    /// <summary>Adds a member, or puts another value in its place.</summary>
    internal void Set(string key, byte[] text)
    {
        if (Entry(key) is { } entry)
        {
            entry.Replace(text);
        }
        else
        {
            _items.Add(new Item(key, null, default, New(text)));
        }
    }

    /// <summary>Adds an element at the end, or before one that is there.</summary>
    internal void Add(byte[] text, EditableJson? before = null)
    {
        int index = before is null ? _items.Count : _items.FindIndex(item => item.Value == before);
        _items.Insert(index, new Item(null, null, default, New(text)));
    }

    private EditableJson New(byte[] text) => new(_place + "[]", JsonTokenType.None, default) { _text = text };

    /// <summary>Puts another value in this one's place.</summary>
    internal void Replace(byte[] text) => _text = text;

    /// <summary>Takes a member or an element out.</summary>
    internal void Remove(EditableJson value) => _items.Find(item => item.Value == value)!.IsRemoved = true;

    /// <summary>Whether it was replaced, or its text is new.</summary>
    internal bool IsChanged => _text is not null;

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

    private void AddSplices(ReadOnlySpan<byte> json, List<Splice> splices)
    {
        if (_text is not null || _isNull)
        {
            var text = new JsonText();
            Render(text);
            splices.Add(new Splice(_range.Start, json[_range.Start.._range.End].ToArray(), text.ToArray()));
            return;
        }

        if (_items.Count == 0)
        {
            return;
        }

        List<Item> old = _items.FindAll(item => !item.IsNew);
        Item? lastKept = old.FindLast(item => !item.IsRemoved);
        List<byte[]> pending = [];
        int cut = 0, index = -1;
        foreach (Item item in _items)
        {
            if (item.IsNew)
            {
                pending.Add(item.Render());
                continue;
            }

            index++;
            if (item.IsRemoved)
            {
                continue;
            }

            if (index > cut)
            {
                splices.Add(Cut(json, old[cut].Range.Start, item.Range.Start));
            }

            cut = index + 1;
            if (pending.Count > 0)
            {
                splices.Add(new Splice(item.Range.Start, [], [.. Join(pending), (byte)',']));
                pending.Clear();
            }

            int own = splices.Count;
            item.Value.AddSplices(json, splices);
            MergeAt(splices, own);
        }

        AddEnd(json, old, lastKept, pending, splices);
    }

    /// <summary>Behind the last item that stays goes what is new, and what is taken out there goes with the comma before it.</summary>
    private void AddEnd(ReadOnlySpan<byte> json, List<Item> old, Item? lastKept, List<byte[]> pending, List<Splice> splices)
    {
        int place = lastKept?.Range.End ?? _range.Start + 1;
        if (pending.Count > 0)
        {
            splices.Add(new Splice(place, [], lastKept is null ? Join(pending) : [(byte)',', .. Join(pending)]));
        }

        if (old.Count > 0 && old[^1].IsRemoved)
        {
            splices.Add(Cut(json, lastKept?.Range.End ?? old[0].Range.Start, old[^1].Range.End));
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

    private static byte[] Join(List<byte[]> items)
    {
        byte[] joined = items[0];
        foreach (byte[] item in items.Skip(1))
        {
            joined = [.. joined, (byte)',', .. item];
        }

        return joined;
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
        foreach (Item item in _items)
        {
            json.Separator().Raw(item.Render());
        }

        json.Raw(isObject ? "}"u8 : "]"u8);
    }

    private void AddChanges(ReadOnlySpan<byte> json, List<ConfigChange> changes)
    {
        foreach (Item item in _items)
        {
            if (item.Value._text is { } text)
            {
                byte[]? was = item.IsNew ? null : json[item.Value._range.Start..item.Value._range.End].ToArray();
                changes.Add(new ConfigChange(_place, item.Key, text, was, CountInText(json, text)));
            }
            else
            {
                item.Value.AddChanges(json, changes);
            }
        }
    }

    /// <summary>How many values like one the text itself has here.</summary>
    private int CountInText(ReadOnlySpan<byte> json, byte[] text)
    {
        int count = 0;
        byte[] wanted = ConfigChange.Canonical(text);
        foreach (Item item in _items)
        {
            TextRange range = item.Value._range;
            count += !item.IsNew && ConfigChange.Canonical(json[range.Start..range.End]).AsSpan().SequenceEqual(wanted) ? 1 : 0;
        }

        return count;
    }
}
