using System.Text;
using System.Text.Json;
using Json;

namespace HookCtl.Output;

/// <summary>Lays out a JSON text in lines, one value each. Keys keep their order, and keys and values their spelling.</summary>
internal static class IndentedJson
{
    internal static List<string> Lines(ReadOnlySpan<byte> json)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        var reader = new Utf8JsonReader(json, GoJson.Options);
        JsonTokenType before = JsonTokenType.None;
        while (reader.Read())
        {
            bool ends = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            bool follows = before is not (JsonTokenType.None or JsonTokenType.PropertyName);
            bool opened = before is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (follows && !(opened && ends))
            {
                lines.Add(line.Append(opened || ends ? "" : ",").ToString());
                line.Clear().Append(' ', 2 * reader.CurrentDepth);
            }

            line.Append(Encoding.UTF8.GetString(json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed].TrimEnd(" \t\r\n:"u8)));
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                line.Append(": ");
            }

            before = reader.TokenType;
        }

        lines.Add(line.ToString());
        return lines;
    }
}
