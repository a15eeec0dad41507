using HookEngine;
using HookEngine.Json;

namespace HookCtl.Toml;

/// <summary>Reads a TOML text from place to place.</summary>
internal sealed class TomlCursor(string file, string text, int at = 0)
{
    private const string EndsBareValue = " \t\r\n,]}#=";

    /// <summary>How deep arrays and inline tables may be in each other: each takes some of the stack.</summary>
    private const int DepthLimit = 100;

    private int _depth;

    internal int At { get; private set; } = at;

    private char Current => At < text.Length ? text[At] : '\0';

    /// <summary>Passes over white space, line ends and comments. Whether there is more.</summary>
    internal bool SkipBlank()
    {
        while (At < text.Length && Current is ' ' or '\t' or '\r' or '\n' or '#')
        {
            At = Current == '#' ? EndOfLine() : At + 1;
        }

        return At < text.Length;
    }

    /// <summary>Where the next line begins.</summary>
    internal int EndOfLine()
    {
        int end = text.IndexOf('\n', At);
        return end < 0 ? text.Length : end + 1;
    }

    /// <summary>Passes over a character if it is the next one.</summary>
    internal bool Skip(char character)
    {
        bool there = Current == character;
        At += there ? 1 : 0;
        return there;
    }

    /// <summary>Reads <c>[table]</c> or <c>[[table]]</c>, if that comes next.</summary>
    internal bool TryReadHeader(out List<string> name)
    {
        name = [];
        if (!Skip('['))
        {
            return false;
        }

        bool isArray = Skip('[');
        name = ReadKey(']');
        return !isArray || Skip(']') ? true : throw Broken();
    }

    /// <summary>Reads a dotted key and what ends it.</summary>
    internal List<string> ReadKey(char end)
    {
        var names = new List<string>();
        while (true)
        {
            SkipSpace();
            names.Add(ReadName());
            SkipSpace();
            if (Skip(end))
            {
                return names;
            }

            if (!Skip('.'))
            {
                throw Broken();
            }
        }
    }

    /// <summary>Reads a value of any kind.</summary>
    /// <param name="member">What is told the names and values of an inline table's members, and of those within.</param>
    internal TextRange ReadValue(Action<List<string>, TextRange>? member = null)
    {
        SkipSpace();
        int start = At;
        if (Current is '"' or '\'')
        {
            SkipString();
        }
        else if (Skip('['))
        {
            SkipList(']', () => ReadValue());
        }
        else if (Skip('{'))
        {
            SkipList('}', () => ReadMember(member));
        }
        else
        {
            while (At < text.Length && !EndsBareValue.Contains(Current, StringComparison.Ordinal))
            {
                At++;
            }
        }

        return At > start ? new TextRange(start, At) : throw Broken();
    }

    private void ReadMember(Action<List<string>, TextRange>? member)
    {
        List<string> name = ReadKey('=');
        TextRange value = ReadValue(member is null ? null : (inner, place) => member([.. name, .. inner], place));
        member?.Invoke(name, value);
    }

    private string ReadName()
    {
        int start = At;
        if (Current is '"' or '\'')
        {
            SkipString();
            return TomlString.Decode(text[start..At]) ?? throw Broken();
        }

        while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '-')
        {
            At++;
        }

        return At > start ? text[start..At] : throw Broken();
    }

    private void SkipList(char close, Action readElement)
    {
        if (++_depth > DepthLimit)
        {
            throw Broken();
        }

        for (_ = SkipBlank(); !Skip(close); _ = SkipBlank())
        {
            readElement();
            _ = SkipBlank();
            if (!Skip(',') && Current != close)
            {
                throw Broken();
            }
        }

        _depth--;
    }

    private void SkipString()
    {
        char quote = Current;
        string delimiter = new(quote, text.AsSpan(At).StartsWith([quote, quote, quote]) ? 3 : 1);
        At += delimiter.Length;
        while (!text.AsSpan(At).StartsWith(delimiter))
        {
            if (At >= text.Length || (delimiter.Length == 1 && Current == '\n'))
            {
                throw Broken();
            }

            At += quote == '"' && Current == '\\' && At + 1 < text.Length ? 2 : 1;
        }

        At += delimiter.Length;
    }

    private void SkipSpace()
    {
        while (Current is ' ' or '\t')
        {
            At++;
        }
    }

    private OciHooksException Broken()
    {
        int line = text.AsSpan(0, Math.Min(At, text.Length)).Count('\n') + 1;
        return new OciHooksException($"{file}: is not understood at line {line}; it is left as it is: mend it there");
    }
}
