using System.Runtime.InteropServices;

namespace Linux;

/// <summary>Bytes outside the garbage collector's heap, which the wrapper keeps small: a config.json may be larger than it.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private byte* _memory;

    internal NativeBuffer(int length)
    {
        _memory = (byte*)NativeMemory.Alloc((nuint)length);
        Length = length;
    }

    internal int Length { get; private set; }

    internal Span<byte> Span => new(_memory, Length);

    internal byte* Pointer => _memory;

    /// <summary>Forgets all bytes but the first <paramref name="length"/>.</summary>
    internal void Shorten(int length) => Length = Math.Min(length, Length);

    /// <summary>Makes room for more bytes; those there are kept.</summary>
    internal void Grow(int length)
    {
        _memory = (byte*)NativeMemory.Realloc(_memory, (nuint)length);
        Length = length;
    }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
        Length = 0;
    }
}
