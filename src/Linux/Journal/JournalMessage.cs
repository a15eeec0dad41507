using System.Buffers.Binary;
using System.Text;

namespace Linux.Journal;

/// <summary>One entry in the making, as https://systemd.io/JOURNAL_NATIVE_PROTOCOL/ has it.</summary>
internal sealed class JournalMessage
{
    private byte[] _bytes = new byte[2048];
    private int _length;

    internal ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    /// <summary>Adds a field. A value with a line break has its length before it, 64 bits, little-endian.</summary>
    /// <param name="name">The name as systemd.journal-fields(7) has it: upper-case letters, digits and underscores.</param>
    /// <param name="value">The value.</param>
    internal void Add(ReadOnlySpan<byte> name, string value)
    {
        Span<byte> rest = Reserve(name.Length + (3 * value.Length) + sizeof(long) + 2);
        name.CopyTo(rest);
        int length = name.Length;
        bool plain = !value.Contains('\n', StringComparison.Ordinal);
        rest[length++] = plain ? (byte)'=' : (byte)'\n';
        int start = plain ? length : length + sizeof(long);
        int written = Encoding.UTF8.GetBytes(value, rest[start..]);
        if (!plain)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest[length..], written);
        }

        rest[start + written] = (byte)'\n';
        _length += start + written + 1;
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + count));
        }

        return _bytes.AsSpan(_length);
    }
}
