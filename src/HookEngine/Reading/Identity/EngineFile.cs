using System.Text.Json;
using Json;
using Linux;

namespace HookEngine.Reading.Identity;

/// <summary>A JSON file in which an engine keeps what it knows of containers or images.</summary>
internal static class EngineFile
{
    /// <summary>As a config.json may weigh, in bytes: an image's labels are in both.</summary>
    private const int SizeLimit = 256 * 1024 * 1024;
    private const uint OthersMayWrite = 0x12; // ----w--w-

    /// <summary>Reads what is wanted out of a file's text.</summary>
    internal delegate T? Reader<T>(ref GoDecoder json)
        where T : class;

    /// <summary>Has a file read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reader">Takes what is wanted out of it.</param>
    /// <param name="problem">
    /// Why what it says could not be had, the file's name first; null if it could, or if there is no such file.
    /// </param>
    /// <returns>Null if the file is not there, if it says nothing of the kind, or if there is a problem.</returns>
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
