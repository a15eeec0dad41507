using System.Text.Json;

namespace Json;

/// <summary>
/// Walks a JSON text and decodes fields as Go's encoding/json decodes into a struct: null
/// leaves a scalar as it was and empties a list or map, the last of several equal keys wins, objects merge, and a value of the
/// wrong type is noted while the rest is still read. A text that is not JSON makes it throw <see cref="JsonException"/>.
/// </summary>
internal ref struct GoDecoder
{
    /// <summary>How many strings lists have room for to begin with.</summary>
    private const int UsualCount = 2;

    private readonly ReadOnlySpan<byte> _json;
    private readonly bool _nullIsWrong;
    private Utf8JsonReader _reader;
    private bool _isAhead;
    private int _counted;
    private long _line = 1;
    private int _lineStart;

    /// <param name="json">The text.</param>
    /// <param name="nullIsWrong">Whether null is a value of the wrong type, as it is in formats of our own.</param>
    internal GoDecoder(ReadOnlySpan<byte> json, bool nullIsWrong = false)
    {
        _json = json;
        _nullIsWrong = nullIsWrong;
        _reader = new Utf8JsonReader(json, GoJson.Options);
    }

    /// <summary>The fields whose type is wrong, in the order of the text.</summary>
    internal List<FieldProblem> Problems { get; } = [];

    /// <summary>Where the value read last begins, in bytes.</summary>
    internal readonly int Offset => (int)_reader.TokenStartIndex;

    /// <summary>Where the token read last ends.</summary>
    internal readonly int End => (int)_reader.BytesConsumed;

    /// <summary>The type of what comes next; it is not read.</summary>
    internal readonly JsonTokenType NextType
    {
        get
        {
            if (_isAhead)
            {
                return _reader.TokenType;
            }

            Utf8JsonReader ahead = _reader;
            return ahead.Read() ? ahead.TokenType : JsonTokenType.None;
        }
    }

    /// <summary>The string, key or number read last, quotes included.</summary>
    internal readonly TextRange Token
    {
        get
        {
            int quotes = _reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String ? 2 : 0;
            return new TextRange(Offset, Offset + _reader.ValueSpan.Length + quotes);
        }
    }

    /// <summary>Goes into the object that comes next. False if it is null, or no object, which is noted.</summary>
    internal bool EnterObject(string field) => Enter(field, JsonTokenType.StartObject, "an object");

    /// <summary>Goes into the array that comes next. False if it is null, or no array, which is noted.</summary>
    internal bool EnterArray(string field) => Enter(field, JsonTokenType.StartArray, "an array");

    /// <summary>The next key of the object that was entered, folded; false at its end, which is left.</summary>
    internal bool NextKey(out string key)
    {
        bool more = NextMember();
        key = more ? GoJson.FoldedKey(ref _reader) : "";
        return more;
    }

    /// <summary>The next key of the object that was entered, as it is: in a map keys are data.</summary>
    internal bool NextEntry(out string key)
    {
        bool more = NextMember();
        key = more ? GoJson.ReadString(ref _reader) : "";
        return more;
    }

    /// <summary>Goes on to the next element of the array that was entered; false at its end, which is left.</summary>
    internal bool NextElement()
    {
        _isAhead = Read() && _reader.TokenType != JsonTokenType.EndArray;
        return _isAhead;
    }

    /// <summary>Reads on to the end, where nothing but white space may stand.</summary>
    internal void Finish()
    {
        while (Read())
        {
        }
    }

    /// <summary>Passes over the value that comes next.</summary>
    internal void Skip()
    {
        Read();
        _reader.Skip();
    }

    /// <summary>As <see cref="Skip"/>, and tells where the value stands.</summary>
    internal TextRange SkipValue()
    {
        Read();
        int start = Offset;
        _reader.Skip();
        return new TextRange(start, End);
    }

    /// <summary>The text of the value that comes next, which is passed over.</summary>
    internal ReadOnlySpan<byte> SkipText()
    {
        TextRange range = SkipValue();
        return _json[range.Start..range.End];
    }

    internal void ReadString(string field, ref string? value)
    {
        if (!TryReadString(ref value))
        {
            WrongType(field, "a string");
        }
    }

    /// <summary>Whether the string that comes next is one of two.</summary>
    internal bool ReadStringIsEither(string field, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        Read();
        switch (_reader.TokenType)
        {
            case JsonTokenType.String:
                return _reader.ValueTextEquals(one) || _reader.ValueTextEquals(other);
            case JsonTokenType.Null when !_nullIsWrong:
                return false;
            default:
                WrongType(field, "a string");
                return false;
        }
    }

    internal void ReadBoolean(string field, ref bool? value)
    {
        Read();
        switch (_reader.TokenType)
        {
            case JsonTokenType.True:
            case JsonTokenType.False:
                value = _reader.TokenType == JsonTokenType.True;
                break;
            case JsonTokenType.Null when !_nullIsWrong:
                value = null;
                break;
            default:
                WrongType(field, "true or false");
                break;
        }
    }

    internal void ReadInteger(string field, ref long? value)
    {
        Read();
        switch (_reader.TokenType)
        {
            case JsonTokenType.Number when IsInteger(_reader.ValueSpan) && _reader.TryGetInt64(out long number):
                value = number;
                break;
            case JsonTokenType.Null when !_nullIsWrong:
                value = null;
                break;
            default:
                WrongType(field, "a whole number of 64 bits");
                break;
        }
    }

    internal void ReadStrings(string field, ref List<string>? values)
    {
        if (!EnterArray(field))
        {
            values = null;
            return;
        }

        values = new List<string>(UsualCount);
        while (NextElement())
        {
            string? value = "";
            if (!TryReadString(ref value))
            {
                WrongType($"{field}[{values.Count}]", "a string");
            }

            values.Add(value!);
        }
    }

    internal void ReadStringMap(string field, ref StringMap? map)
    {
        if (!EnterObject(field))
        {
            map = null;
            return;
        }

        map ??= new StringMap();
        while (NextEntry(out string key))
        {
            string? value = "";
            if (!TryReadString(ref value))
            {
                WrongType($"{field}.{key}", "a string");
            }

            map.Set(key, value!);
        }
    }

    /// <summary>Notes a problem with the value read last.</summary>
    internal void AddProblem(string field, string message)
    {
        // Counted on from the problem before: a hostile file has a million of them.
        ReadOnlySpan<byte> more = _json[_counted..Offset];
        _line += more.Count((byte)'\n');
        _lineStart = more.LastIndexOf((byte)'\n') is >= 0 and int newline ? _counted + newline + 1 : _lineStart;
        _counted = Offset;
        Problems.Add(new FieldProblem(field, message, _line, Offset - _lineStart + 1));
    }

    /// <summary>Adds a problem with the value read last, if it has one.</summary>
    internal void AddProblemIf(string field, bool hasProblem, string message)
    {
        if (hasProblem)
        {
            AddProblem(field, message);
        }
    }

    /// <inheritdoc cref="AddProblemIf(string, bool, string)"/>
    /// <param name="field">The field.</param>
    /// <param name="message">The problem; null if there is none.</param>
    internal void AddProblemIf(string field, string? message) => AddProblemIf(field, message is not null, message ?? "");

    /// <summary>Adds the problem that the format has no such field, and skips the field's value.</summary>
    internal void AddUnknown(string field, string name, IReadOnlyList<string> known)
    {
        AddProblem(field, FieldNames.Nearest(name, known) is { } instead
            ? $"is no field of this format; did you mean \"{instead}\"?"
            : $"is no field of this format; use {string.Join(", ", known)}");
        Skip();
    }

    /// <summary>The next field of the object that was entered last. A field that is there twice is a problem.</summary>
    /// <param name="prefix">What comes before the field's name where a problem names it.</param>
    /// <param name="names">The fields so far.</param>
    /// <param name="name">The field's name.</param>
    /// <returns>False at the object's end.</returns>
    internal bool NextField(string prefix, HashSet<string> names, out string name)
    {
        bool hasMore = NextEntry(out name);
        AddProblemIf(prefix + name, hasMore && !names.Add(name), "stands there twice; remove one of them");
        return hasMore;
    }

    /// <summary>Reads a string, or null, which leaves the value as it was. False if what comes next is neither; it is not passed over.</summary>
    private bool TryReadString(ref string? value)
    {
        Read();
        if (_reader.TokenType == JsonTokenType.String)
        {
            value = GoJson.ReadString(ref _reader);
            return true;
        }

        return _reader.TokenType == JsonTokenType.Null && !_nullIsWrong;
    }

    /// <summary>Goes on to the next token, which is the one that is there already after <see cref="NextElement"/>.</summary>
    private bool Read()
    {
        bool isThere = _isAhead || _reader.Read();
        _isAhead = false;
        return isThere;
    }

    private bool Enter(string field, JsonTokenType start, string what)
    {
        Read();
        if (_reader.TokenType == start)
        {
            return true;
        }

        if (_reader.TokenType != JsonTokenType.Null || _nullIsWrong)
        {
            WrongType(field, what);
        }

        return false;
    }

    private bool NextMember() => Read() && _reader.TokenType == JsonTokenType.PropertyName;

    private void WrongType(string field, string wanted)
    {
        AddProblem(field, $"is {Describe(_reader.TokenType)}; it must be {wanted}");
        _reader.Skip();
    }

    /// <summary>A value's type in the words of messages.</summary>
    internal static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "null",
    };

    /// <summary>Go refuses 1.0 and 1e2 for an integer; .NET takes them where they are whole.</summary>
    private static bool IsInteger(ReadOnlySpan<byte> number) => number.IndexOfAnyExcept("-0123456789"u8) < 0;
}
