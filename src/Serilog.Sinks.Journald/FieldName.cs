namespace Serilog.Sinks.Journald;

/// <summary>
/// A property's name as a field's, systemd.journal-fields(7): up to 64 upper-case letters, digits and underscores, of which the first is a
/// letter. journald leaves out a field of any other name, and an underscore at the beginning marks its own.
/// </summary>
internal static class FieldName
{
    /// <summary>The most bytes that a name has.</summary>
    internal const int MaxLength = 64;

    /// <summary>Stands before what can be no field's name, or is one that the sink gives itself.</summary>
    private static ReadOnlySpan<byte> Prefix => "PROPERTY_"u8;

    /// <summary>
    /// Writes it: <c>ContainerId</c> is <c>CONTAINER_ID</c>, <c>HTTPStatus</c> <c>HTTP_STATUS</c>. Any other character than a letter or a
    /// digit of ASCII is an underscore.
    /// </summary>
    /// <returns>How long it is.</returns>
    internal static int Write(string property, Span<byte> result)
    {
        int length = 0;
        for (int i = 0; i < property.Length && length < MaxLength; i++)
        {
            if (StartsWord(property, i))
            {
                result[length++] = (byte)'_';
            }

            if (length < MaxLength)
            {
                char letter = property[i];
                result[length++] = char.IsAsciiLetterOrDigit(letter) ? (byte)char.ToUpperInvariant(letter) : (byte)'_';
            }
        }

        return length > 0 && char.IsAsciiLetterUpper((char)result[0]) && !IsOwn(result[..length]) ? length : AddPrefix(result, length);
    }

    /// <summary>Whether an upper-case letter begins a word: behind a lower-case one, or before one and behind something of another word.</summary>
    private static bool StartsWord(string property, int i) => i > 0
        && char.IsAsciiLetterUpper(property[i])
        && (char.IsAsciiLetterLower(property[i - 1])
            || (char.IsAsciiLetterOrDigit(property[i - 1]) && i + 1 < property.Length && char.IsAsciiLetterLower(property[i + 1])));

    private static bool IsOwn(ReadOnlySpan<byte> name) => name.SequenceEqual("MESSAGE"u8)
        || name.SequenceEqual("PRIORITY"u8)
        || name.SequenceEqual("SYSLOG_IDENTIFIER"u8)
        || name.SequenceEqual("EXCEPTION"u8);

    private static int AddPrefix(Span<byte> name, int length)
    {
        length = Math.Min(length, MaxLength - Prefix.Length);
        name[..length].CopyTo(name[Prefix.Length..]);
        Prefix.CopyTo(name);
        return Prefix.Length + length;
    }
}
