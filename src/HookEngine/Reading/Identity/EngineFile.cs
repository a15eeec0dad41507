using System.Text.Json;
using Json;
using Linux;

namespace HookEngine.Reading.Identity;

/// <summary>Reads the JSON files in which engines store data about containers and images.</summary>
internal static class EngineFile
{
    /// <summary>The maximum size in bytes, the same as for config.json, because both contain an image's labels.</summary>
    private const int SizeLimit = 256 * 1024 * 1024;
    private const uint OthersMayWrite = 0x12; // ----w--w-

    /// <summary>Reads the needed values from a file's text.</summary>
    internal delegate T? Reader<T>(ref GoDecoder json)
        where T : class;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reader">Reads the needed values from the text.</param>
    /// <param name="problem">
    /// Why the values are unknown, starting with the file's name; null if they are known, or if the file does not exist.
    /// </param>
    /// <returns>Null if the file does not exist, if it has no such values, or if there is a problem.</returns>
    internal static T? Read<T>(FilePath path, Reader<T> reader, out string? problem)
        where T : class
    {
        problem = null;
        using NativeBuffer? text = RegularFile.Read(path, SizeLimit, out FileStatus status, out FileError error);
        if (text is null)
        {
            problem = error.Errno is Libc.ENOENT or Libc.ENOTDIR ? null : $"{path}: {error.Text}; see to it that it can be read, and try again";
            return null;
        }

        if ((status.User != 0 && status.User != Libc.geteuid()) || (status.Permissions & OthersMayWrite) != 0)
        {
            problem = $"{path}: can be written by others than root; find out who wrote it, and create the container anew";
            return null;
        }

        T? found = null;
        try
        {
            var json = new GoDecoder(text.Span);
            found = reader(ref json);
            json.Finish();
            problem = json.Problems is [var first, ..] ? $"{first.Field} {first.Text}" : null;
        }
        catch (JsonException)
        {
            problem = "is not valid JSON";
        }
        catch (InsufficientMemoryException)
        {
            problem = "holds a text of more than 16 MiB";
        }

        problem = problem is null ? null : $"{path}: {problem}; create the container anew, or restart the engine";
        return problem is null ? found : null;
    }
}
