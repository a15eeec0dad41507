using System.Text.Json;
using HookEngine.Json;
using HookEngine.Linux;

namespace HookEngine.Identity;

/// <summary>A JSON file in which an engine keeps what it knows of a container.</summary>
internal static class EngineFile
{
    private const int SizeLimit = 8 * 1024 * 1024;
    private const uint OthersMayWrite = 0x12; // ----w--w-

    /// <summary>Reads what is wanted out of a file's text.</summary>
    internal delegate T? Reader<T>(ref GoDecoder json)
        where T : class;

    /// <summary>
    /// Has a file read. Null if it is not there, not JSON, or not the engine's own, which root or the user who runs this owns and nobody
    /// else may write.
    /// </summary>
    internal static T? Read<T>(FilePath path, Reader<T> reader)
        where T : class
    {
        using NativeBuffer? text = RegularFile.Read(path, SizeLimit, out FileStatus status, out _);
        if (text is null || (status.User != 0 && status.User != Libc.geteuid()) || (status.Permissions & OthersMayWrite) != 0)
        {
            return null;
        }

        try
        {
            var json = new GoDecoder(text.Span);
            return reader(ref json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
