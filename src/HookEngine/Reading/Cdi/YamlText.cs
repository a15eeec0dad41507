using System.Globalization;
using System.Text;
using Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HookEngine.Reading.Cdi;

/// <summary>Converts YAML to JSON, as far as CDI files need it.</summary>
internal static class YamlText
{
    private const int MaxDepth = 64;

    /// <summary>The fields whose values are numbers. All other values are text.</summary>
    private static readonly string[] s_numbers = ["major", "minor", "fileMode", "uid", "gid", "timeout", "additionalGids"];

    /// <summary>Returns the text as JSON.</summary>
    /// <param name="yaml">The text, UTF-8.</param>
    /// <exception cref="YamlException">The text is not YAML, or uses YAML features that CDI files do not need.</exception>
    internal static byte[] ToJson(ReadOnlySpan<byte> yaml)
    {
        var parser = new Parser(new StringReader(Encoding.UTF8.GetString(yaml)));
        try
        {
            return ToJson(parser);
        }
        catch (Exception defect) when (defect is not (YamlException or OutOfMemoryException))
        {
            // The library throws other exceptions too if the text is cut off.
            Mark place = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(place, place, "it is cut off, or not to be understood", defect);
        }
    }

    private static byte[] ToJson(Parser parser)
    {
        var json = new JsonText();
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        Write(parser, json, "", 0);
        parser.Consume<DocumentEnd>();
        if (!parser.Accept<StreamEnd>(out _))
        {
            throw Wrong(parser.Current!, "a second document; leave the first alone");
        }

        return json.ToArray();
    }

    private static void Write(Parser parser, JsonText json, string key, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Wrong(parser.Current!, "too many levels; make it flatter");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            WriteScalar(scalar, json, key);
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            json.Raw("["u8);
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                json.Separator();
                Write(parser, json, key, depth + 1);
            }

            json.Raw("]"u8);
        }
        else if (parser.TryConsume<MappingStart>(out _))
        {
            json.Raw("{"u8);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                string name = parser.Consume<Scalar>().Value;
                json.Separator().String(name).Raw(":"u8);
                Write(parser, json, name, depth + 1);
            }

            json.Raw("}"u8);
        }
        else
        {
            throw Wrong(parser.Current!, "an alias; write out what it stands for");
        }
    }

    private static void WriteScalar(Scalar scalar, JsonText json, string key)
    {
        bool isPlain = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty;
        if (isPlain && scalar.Value is "" or "~" or "null" or "Null" or "NULL")
        {
            json.Raw("null"u8);
        }
        else if (isPlain && s_numbers.Contains(key) && Number(scalar.Value) is { } number)
        {
            json.Number(number);
        }
        else
        {
            json.String(scalar.Value);
        }
    }

    /// <summary>Parses a whole number of YAML 1.1 or 1.2: a mode may be 0660 or 0o660. Returns null if it is not one.</summary>
    private static long? Number(string text)
    {
        (string digits, int numberBase) = text switch
        {
            ['0', 'x', .. var rest] => (rest, 16),
            ['0', 'o', .. var rest] => (rest, 8),
            ['0', .. { Length: > 0 } rest] => (rest, 8),
            _ => (text, 10),
        };
        if (numberBase == 10)
        {
            return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
        }

        long value = 0;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit) || Convert.ToInt32(digit.ToString(), 16) >= numberBase || value > uint.MaxValue)
            {
                return null;
            }

            value = (value * numberBase) + Convert.ToInt32(digit.ToString(), 16);
        }

        return digits.Length > 0 ? value : null;
    }

    private static YamlException Wrong(ParsingEvent where, string problem) => new(where.Start, where.End, problem);
}
