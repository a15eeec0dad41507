using System.Runtime.InteropServices;
using System.Text;

namespace UnitTests.RuncWrap;

/// <summary>A null-terminated array of C strings, like the arguments of main.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly nint[] _strings;

    public NativeStrings(params string[] strings)
    {
        _strings = [.. strings.Select(text => Marshal.StringToCoTaskMemUTF8(text))];
        Pointer = (byte**)NativeMemory.Alloc((nuint)((strings.Length + 1) * sizeof(byte*)));
        for (int i = 0; i < strings.Length; i++)
        {
            Pointer[i] = (byte*)_strings[i];
        }

        Pointer[strings.Length] = null;
    }

    public byte** Pointer { get; }

    public int Count => _strings.Length;

    public static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    public static string[] Texts(byte** strings)
    {
        var texts = new List<string>();
        for (byte** text = strings; *text != null; text++)
        {
            texts.Add(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*text)));
        }

        return [.. texts];
    }

    public void Dispose()
    {
        foreach (nint text in _strings)
        {
            Marshal.FreeCoTaskMem(text);
        }

        NativeMemory.Free(Pointer);
    }
}
