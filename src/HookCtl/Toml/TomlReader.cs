using System.Buffers;
using System.Globalization;
using System.Text.Unicode;
using Json;
using Linux;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace HookCtl.Toml;

/// <summary>
/// Reads one TOML text: Tomlyn makes a tree of it, of which the tables and values are listed. What would take too long or too much memory
/// is refused, as are files that no engine has.
/// </summary>
internal sealed class TomlReader(string file, string text)
{
    /// <summary>In characters or bytes. Engines' files have some ten thousand; a tree takes some hundred times as much as its text.</summary>
    private const int SizeLimit = 1024 * 1024;

    /// <summary>How many parts a name may have with its table's: each value has all of them.</summary>
    private const int NameLimit = 64;

    private const int MessageLimit = 200;

    private const char ByteOrderMark = '\uFEFF';

    private readonly List<TomlTable> _tables = [];
    private readonly List<TomlValue> _values = [];

    /// <exception cref="OciHooksException">It is not UTF-8, or too large.</exception>
    internal static string Decode(string file, ReadOnlySpan<byte> bytes)
    {
        CheckSize(file, bytes.Length);
        char[] characters = new char[bytes.Length];
        if (Utf8.ToUtf16(bytes, characters, out int valid, out int length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            (long line, long column) = new LineStarts(bytes).PositionOf(valid);
            throw Refusal(file, line, column, "a byte that is not UTF-8");
        }

        return new string(characters, 0, length);
    }

    /// <exception cref="OciHooksException">It is not TOML.</exception>
    internal TomlText Read()
    {
        CheckSize(file, text.Length);
        DocumentSyntax document = Tree();
        var definitions = new TomlDefinitions();
        AddAll([], document.KeyValues, definitions.Top);
        foreach (TableSyntaxBase table in document.Tables)
        {
            IReadOnlyList<string> name = NameOf([], table.Name!);
            TomlScope scope = definitions.Open(name, table is TableArraySyntax) ?? throw DefinedTwice(table.Name!);
            _tables.Add(new TomlTable(name, EndOfLine(table.CloseBracket!.Span.End.Offset)));
            AddAll(name, table.Items, scope);
        }

        return new TomlText(text, _tables, _values);
    }

    /// <summary>The text's tree. Tomlyn's own validation is not asked, see <see cref="TomlDefinitions"/>.</summary>
    private DocumentSyntax Tree()
    {
        try
        {
            DocumentSyntax document = SyntaxParser.Parse(ForTomlyn(), validate: false);
            return document is { HasErrors: true, Diagnostics: [{ Span.Start: var start, Message: var message }, ..] }
                ? throw Refusal(file, start.Line + 1, start.Column + 1, Shortened(message))
                : document;
        }
        catch (TomlException)
        {
            throw new OciHooksException(
                $"{file}: is not understood: arrays or inline tables are too deep in each other; it is left as it is: fix it there");
        }
    }

    /// <summary>
    /// The text with the same places. Tomlyn does not count a byte order mark, and fails with an exception of its own where a text ends in
    /// an escape: a line feed ends it, but for a carriage return, which would be wrong without.
    /// </summary>
    private string ForTomlyn() => (text.StartsWith(ByteOrderMark) ? $" {text.AsSpan(1)}" : text) + (text is [.., '\r' or '\n'] ? "" : "\n");

    private void AddAll(IReadOnlyList<string> table, SyntaxList<KeyValueSyntax> keyValues, TomlScope scope)
    {
        foreach (KeyValueSyntax keyValue in keyValues)
        {
            Add(table, keyValue, scope);
        }
    }

    private void Add(IReadOnlyList<string> table, KeyValueSyntax keyValue, TomlScope scope)
    {
        IReadOnlyList<string> name = NameOf(table, keyValue.Key!);
        TomlScope inner = scope.Define(name.Skip(table.Count)) ?? throw DefinedTwice(keyValue.Key!);
        if (keyValue.Value is InlineTableSyntax inline)
        {
            foreach (InlineTableItemSyntax item in inline.Items)
            {
                Add(name, item.KeyValue!, inner);
            }
        }

        if (keyValue.Value is ArraySyntax array)
        {
            CheckElements(name, array);
        }

        _values.Add(new TomlValue(name, text, keyValue.Value!));
    }

    /// <summary>Inline tables in arrays, whose members are not listed, may define something twice, too.</summary>
    private void CheckElements(IReadOnlyList<string> name, ArraySyntax array)
    {
        int listed = _values.Count;
        foreach (ArrayItemSyntax item in array.Items)
        {
            if (item.Value is ArraySyntax inner)
            {
                CheckElements(name, inner);
            }

            if (item.Value is InlineTableSyntax inline)
            {
                var scope = new TomlScope(TomlScopeKind.Value);
                foreach (InlineTableItemSyntax member in inline.Items)
                {
                    Add(name, member.KeyValue!, scope);
                }
            }
        }

        _values.RemoveRange(listed, _values.Count - listed);
    }

    private IReadOnlyList<string> NameOf(IReadOnlyList<string> table, KeySyntax key)
    {
        int count = table.Count + 1 + key.DotKeys.ChildrenCount;
        return count <= NameLimit
            ? [.. table, PartOf(key.Key!), .. key.DotKeys.Select(item => PartOf(item.Key!))]
            : throw Refusal(key, $"a name of {count} parts");
    }

    private static string PartOf(BareKeyOrStringValueSyntax part) =>
        part is StringValueSyntax quoted ? quoted.Value! : ((BareKeySyntax)part).Key!.Text!;

    private int EndOfLine(int offset)
    {
        int end = text.IndexOf('\n', offset);
        return end < 0 ? text.Length : end + 1;
    }

    private OciHooksException DefinedTwice(KeySyntax key)
    {
        TextPosition end = key.Span.End;
        return Refusal(key, $"{Shortened(text[key.Span.Start.Offset..(end.Offset + 1)])} is defined already");
    }

    private OciHooksException Refusal(KeySyntax key, string problem) =>
        Refusal(file, key.Span.Start.Line + 1, key.Span.Start.Column + 1, problem);

    private static OciHooksException Refusal(string file, long line, long column, string problem) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{file}:{line}:{column}: is not understood: {problem}; it is left as it is: fix it there"));

    private static void CheckSize(string file, int size)
    {
        if (size > SizeLimit)
        {
            throw new OciHooksException($"{file}: is larger than 1 MiB, unlike any engine's file; it is left as it is: fix it, or name another");
        }
    }

    /// <summary>A message on one line, which may quote the text.</summary>
    private static string Shortened(string message)
    {
        string line = string.Concat(message.Take(MessageLimit).Select(character => char.IsControl(character) ? ' ' : character));
        return message.Length <= MessageLimit ? line : line + "..";
    }
}
