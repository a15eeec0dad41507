using System.Text;
using System.Text.Json;
using HookEngine.Changing.Injection;
using Json;

namespace HookCtl.Files;

/// <summary>A member of an object in a JSON text.</summary>
/// <param name="Key">The key, decoded.</param>
/// <param name="Start">Where the key begins.</param>
/// <param name="Value">Where the value stands.</param>
/// <param name="Type">The value's first token.</param>
internal readonly record struct JsonMember(string Key, int Start, TextRange Value, JsonTokenType Type);

/// <summary>
/// An object in a JSON text, and the edits that add and remove members: whatever else is there, comments and layout with it, stays.
/// </summary>
internal sealed class JsonObjectText
{
    private static readonly JsonReaderOptions s_tolerant = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly JsonReaderOptions s_commented = new() { CommentHandling = JsonCommentHandling.Skip };

    private readonly byte[] _text;
    private readonly int _start;
    private readonly int _end;

    private JsonObjectText(byte[] text, int start, int end, List<JsonMember> members)
    {
        _text = text;
        _start = start;
        _end = end;
        Members = members;
    }

    internal IReadOnlyList<JsonMember> Members { get; }

    /// <summary>The object that a text is.</summary>
    /// <returns>Null if it is something else.</returns>
    /// <exception cref="JsonException">It is no JSON with comments.</exception>
    internal static JsonObjectText? Root(byte[] text, bool trailingCommas) =>
        Scan(text, 0, text.Length, trailingCommas ? s_tolerant : s_commented);

    /// <summary>A member's value, which is an object.</summary>
    internal JsonObjectText Child(JsonMember member) => Scan(_text, member.Value.Start, member.Value.End, s_tolerant)!;

    /// <summary>The edits that add a member behind all others.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">Its value: a string, or an object of one member.</param>
    /// <param name="parent">The object that this one is in, after whose layout it goes when it is empty.</param>
    internal List<Splice> Add(string key, JsonValueText value, JsonObjectText? parent)
    {
        JsonLayout layout = LayoutWithin(parent);
        string member = layout.Member(key, value);
        int content = ContentEnd();
        if (Members.Count == 0)
        {
            string inner = (layout.Lines ? layout.Gap : "") + member;
            return content == _start + 1
                ? [new Splice(_start + 1, _text[(_start + 1)..(_end - 1)], Encoding.UTF8.GetBytes(inner + layout.ClosingGap))]
                : [new Splice(content, [], Encoding.UTF8.GetBytes(layout.LineGap + member))];
        }

        int last = Members[^1].Value.End;
        if (content == last)
        {
            return [new Splice(last, [], Encoding.UTF8.GetBytes("," + layout.Gap + member))];
        }

        var added = new Splice(content, [], Encoding.UTF8.GetBytes(layout.LineGap + member));
        return Comma(last, _end) < 0 ? [new Splice(last, [], ","u8.ToArray()), added] : [added];
    }

    /// <summary>The edits that take a member out, with the comma that is then too many.</summary>
    internal List<Splice> Remove(int index)
    {
        JsonMember member = Members[index];
        if (Members.Count == 1 && Blank(_start + 1, member.Start) && Blank(member.Value.End, _end - 1))
        {
            return [Cut(_start + 1, _end - 1)];
        }

        int next = index + 1 < Members.Count ? Members[index + 1].Start : _end;
        int comma = Comma(member.Value.End, next);
        int before = comma < 0 && index > 0 ? Comma(Members[index - 1].Value.End, member.Start) : -1;
        if (before >= 0 && Blank(before + 1, member.Start))
        {
            return [Cut(before, member.Value.End)];
        }

        int end = comma < 0 ? member.Value.End : comma + 1;
        int start = member.Start;
        if (EndsLine(end))
        {
            while (IsWhite(_text[start - 1]))
            {
                start--;
            }
        }
        else
        {
            while (IsWhite(_text[end]))
            {
                end++;
            }
        }

        List<Splice> cuts = comma < 0 || comma == member.Value.End
            ? [Cut(start, end)]
            : [Cut(start, member.Value.End), Cut(comma, end)];
        return before >= 0 ? [Cut(before, before + 1), .. cuts] : cuts;
    }

    /// <summary>The edit that gives a member another value.</summary>
    internal List<Splice> Replace(JsonMember member, JsonValueText value) =>
    [
        new Splice(
            member.Value.Start,
            _text[member.Value.Start..member.Value.End],
            Encoding.UTF8.GetBytes(LayoutWithin(null).Render(value))),
    ];

    private Splice Cut(int start, int end) => new(start, _text[start..end], []);

    private JsonLayout LayoutWithin(JsonObjectText? parent)
    {
        string newline = _text.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
        if (Members.Count > 0)
        {
            bool lines = _text.AsSpan(_start, Members[0].Start - _start).Contains((byte)'\n');
            string own = lines ? IndentationAt(Members[0].Start) : "";
            return new JsonLayout(newline, lines, own, lines ? UnitOf(own) : "  ", Spaced());
        }

        if (parent is null)
        {
            return new JsonLayout(newline, true, "  ", "  ", true);
        }

        JsonLayout outer = parent.LayoutWithin(null);
        return outer with { Indentation = outer.Lines ? outer.Indentation + outer.Unit : "" };
    }

    /// <summary>What one level of indentation is: the root's first member has one.</summary>
    private string UnitOf(string own)
    {
        JsonObjectText root = _start == 0 ? this : Root(_text, true)!;
        string unit = root.Members.Count > 0 ? root.IndentationAt(root.Members[0].Start) : own;
        return unit.Length > 0 ? unit : own.Length > 0 ? own : "  ";
    }

    private bool Spaced()
    {
        int value = Members[0].Value.Start;
        return IsWhite(_text[value - 1]);
    }

    private string IndentationAt(int place)
    {
        int line = _text.AsSpan(0, place).LastIndexOf((byte)'\n') + 1;
        int end = line;
        while (end < place && _text[end] is (byte)' ' or (byte)'\t')
        {
            end++;
        }

        return Encoding.ASCII.GetString(_text.AsSpan(line, end - line));
    }

    /// <summary>Where what stands before the closing brace ends, comments included.</summary>
    private int ContentEnd()
    {
        int end = _end - 1;
        while (IsWhite(_text[end - 1]))
        {
            end--;
        }

        return end;
    }

    private bool Blank(int start, int end) => _text.AsSpan(start, end - start).IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private bool EndsLine(int place)
    {
        while (_text[place] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            place++;
        }

        return _text[place] == '\n';
    }

    /// <summary>The comma that stands, comments aside, before the end; -1 if there is none.</summary>
    private int Comma(int place, int end)
    {
        while (place < end && _text[place] != ',')
        {
            if (_text[place] == '/')
            {
                ReadOnlySpan<byte> close = _text[place + 1] == '*' ? "*/"u8 : "\n"u8;
                place += 2;
                place += _text.AsSpan(place).IndexOf(close) + close.Length;
            }
            else
            {
                place++;
            }
        }

        return place < end ? place : -1;
    }

    private static bool IsWhite(byte character) => character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static JsonObjectText? Scan(byte[] text, int start, int end, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(text.AsSpan(start, end - start), options);
        _ = reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            while (reader.Read())
            {
            }

            return null;
        }

        int open = start + (int)reader.TokenStartIndex;
        var members = new List<JsonMember>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = GoJson.ReadString(ref reader);
            int at = start + (int)reader.TokenStartIndex;
            _ = reader.Read();
            JsonTokenType type = reader.TokenType;
            int value = start + (int)reader.TokenStartIndex;
            reader.Skip();
            members.Add(new JsonMember(key, at, new TextRange(value, start + (int)reader.BytesConsumed), type));
        }

        int close = start + (int)reader.BytesConsumed;
        while (reader.Read())
        {
        }

        return new JsonObjectText(text, open, close, members);
    }
}
