using System.Text;
using System.Text.Json;
using Json;
using Linux;

namespace HookEngine.Changing.Injection;

/// <summary>
/// Something that was changed in a config.json besides hooks, kept to be taken out again when others changed the file since.
/// </summary>
/// <param name="Place">The list or object it is in, such as <c>process.env</c>.</param>
/// <param name="Key">The member's key; null for an element of a list.</param>
/// <param name="Text">What it is now, JSON.</param>
/// <param name="Was">What it was, JSON; null if it was not there.</param>
/// <param name="Before">How many like it were there already, and are the engine's own.</param>
internal sealed record ConfigChange(string Place, string? Key, byte[] Text, byte[]? Was, int Before)
{
    /// <summary>The edits that take changes back as far as they are still there, each once and the last first.</summary>
    internal static List<Splice> Undo(ReadOnlySpan<byte> json, IReadOnlyList<ConfigChange> changes)
    {
        if (changes.Count == 0 || GoJson.FindSyntaxError(json) is not null)
        {
            return [];
        }

        EditableJson document = EditableJson.Read(json);
        var lists = new Dictionary<string, ListIndex>(StringComparer.Ordinal);
        foreach (ConfigChange change in changes.Reverse().Where(change => change.IsWhole))
        {
            try
            {
                change.Undo(json, document, lists);
            }
            catch (OciHooksException)
            {
                // Whoever wrote the file anew wrote this place so that nobody can tell what it is.
            }
        }

        return document.Splices(json);
    }

    /// <summary>Records are files, which anything can have become of.</summary>
    private bool IsWhole => GoJson.FindSyntaxError(Text) is null && (Was is null || GoJson.FindSyntaxError(Was) is null);

    private void Undo(ReadOnlySpan<byte> json, EditableJson document, Dictionary<string, ListIndex> lists)
    {
        EditableJson? value = Key is null ? TakeElement(json, document, lists) : UnchangedMember(json, document, Key);
        if (Was is null)
        {
            value?.Remove();
        }
        else
        {
            value?.Replace(Was);
        }
    }

    /// <summary>The last element of its list that is as it was left and not the engine's own; it is not found again.</summary>
    private EditableJson? TakeElement(ReadOnlySpan<byte> json, EditableJson document, Dictionary<string, ListIndex> lists)
    {
        if (!lists.TryGetValue(Place, out ListIndex? list))
        {
            if (document.Find(Place, JsonTokenType.StartArray) is not { } found)
            {
                return null;
            }

            list = new ListIndex(found);
            lists.Add(Place, list);
            foreach (EditableJson element in found.Values)
            {
                list.Add(Canonical(element.TextIn(json)), element);
            }
        }

        List<EditableJson> like = list.Of(Canonical(Text));
        if (like.Count <= Math.Max(Before, 0))
        {
            return null;
        }

        EditableJson last = like[^1];
        like.RemoveAt(like.Count - 1);
        return last;
    }

    private EditableJson? UnchangedMember(ReadOnlySpan<byte> json, EditableJson document, string key) =>
        document.Find(Place, JsonTokenType.StartObject)?.Entry(key) is { IsChanged: false } entry
        && Canonical(entry.TextIn(json)) == Canonical(Text)
            ? entry
            : null;

    /// <summary>A text that is the same for values that are the same, however they are indented and escaped.</summary>
    internal static string Canonical(ReadOnlySpan<byte> json)
    {
        var text = new JsonText();
        var reader = new Utf8JsonReader(json, GoJson.Options);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    text.Separator().String(GoJson.ReadString(ref reader)).Raw(":"u8);
                    break;
                case JsonTokenType.EndObject:
                    text.Raw("}"u8);
                    break;
                case JsonTokenType.EndArray:
                    text.Raw("]"u8);
                    break;
                case JsonTokenType.String:
                    Separate(text).String(GoJson.ReadString(ref reader));
                    break;
                default:
                    Separate(text).Raw(reader.ValueSpan);
                    break;
            }
        }

        return Encoding.UTF8.GetString(text.Span);
    }

    private static JsonText Separate(JsonText text) => text.Span is [.., (byte)':'] ? text : text.Separator();
}
