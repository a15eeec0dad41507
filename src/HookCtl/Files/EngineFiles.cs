using System.Text;
using System.Text.Json;
using HookCtl.Toml;
using Linux;

namespace HookCtl.Files;

/// <summary>
/// What engines keep in directories and files. What cannot be read, or is not what an engine writes, counts as not there: an engine
/// may be changing it right now.
/// </summary>
/// <param name="root">The directory that stands for /.</param>
internal sealed class EngineFiles(string root = "")
{
    private const int SizeLimit = 64 * 1024 * 1024;

    private readonly List<string> _looked = [];

    /// <summary>Whether they are the machine's, so that what runs on it belongs to them.</summary>
    internal bool IsHostRoot => root.Length == 0;

    /// <summary>The directories that were listed, and which of them could not be.</summary>
    internal IReadOnlyList<string> Looked => _looked;

    /// <summary>The directory of the user's own engines' state, and of their data; null for root.</summary>
    internal static (string Run, string Data)? OwnDirectories()
    {
        string? run = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string? home = Environment.GetEnvironmentVariable("HOME");
        string? data = Environment.GetEnvironmentVariable("XDG_DATA_HOME") ?? (home is null ? null : home + "/.local/share");
        return Libc.geteuid() == 0 || run is null || data is null ? null : (run, data);
    }

    /// <summary>Where a path of the engine's is.</summary>
    internal string At(string path) => root + path;

    /// <summary>The names of the directories in a directory.</summary>
    internal IReadOnlyList<string> Directories(string path)
    {
        try
        {
            string[] directories = Directory.GetDirectories(At(path));
            _looked.Add(path);
            return [.. directories.Select(directory => Path.GetFileName(directory)).Order(StringComparer.Ordinal)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _looked.Add(failure switch
            {
                UnauthorizedAccessException => $"{path} (may not be read by this user)",
                DirectoryNotFoundException => path,
                _ => $"{path} (cannot be read: {failure.Message})",
            });
            return [];
        }
    }

    /// <summary>A file's text.</summary>
    internal string? Text(string path)
    {
        using NativeBuffer? text = RegularFile.Read(new FilePath(At(path)), SizeLimit, out _);
        return text is null ? null : Encoding.UTF8.GetString(text.Span);
    }

    /// <summary>A file's JSON.</summary>
    internal JsonElement? Json(string path, JsonCommentHandling comments = JsonCommentHandling.Disallow) =>
        Text(path) is { } text ? EngineJson.Parse(text, comments) : null;

    /// <summary>A string in a JSON object; null if there is none.</summary>
    internal static string? String(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } value
        && value.TryGetProperty(name, out JsonElement member)
        && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    /// <summary>The strings of a list in a JSON object; none if there is no list.</summary>
    internal static IEnumerable<string> Strings(JsonElement? json, string name) =>
        Array(json, name).Where(element => element.ValueKind == JsonValueKind.String).Select(element => element.GetString()!);

    /// <summary>A list in a JSON object; empty if there is none.</summary>
    internal static IEnumerable<JsonElement> Array(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } value
        && value.TryGetProperty(name, out JsonElement member)
        && member.ValueKind == JsonValueKind.Array
            ? member.EnumerateArray()
            : [];

    /// <summary>A file's TOML.</summary>
    internal TomlText? Toml(string path)
    {
        try
        {
            using NativeBuffer? text = RegularFile.Read(new FilePath(At(path)), SizeLimit, out _);
            return text is null ? null : TomlText.Parse(path, text.Span);
        }
        catch (OciHooksException)
        {
            return null;
        }
    }

    /// <summary>The files whose paths match, in their order: only the last name may be a pattern.</summary>
    /// <exception cref="OciHooksException">Their directory is there, and cannot be read.</exception>
    internal IEnumerable<string> Matching(string pattern)
    {
        string directory = Path.GetDirectoryName(pattern) ?? "/";
        return Sorted(directory, path => Directory.GetFiles(path, Path.GetFileName(pattern)));
    }

    /// <summary>The files in a directory, and in those below it, in the order of their names, as Go's filepath.Walk goes.</summary>
    /// <exception cref="OciHooksException">A directory is there, and cannot be read.</exception>
    internal IEnumerable<string> Under(string directory)
    {
        foreach (string path in Sorted(directory, Directory.GetFileSystemEntries))
        {
            // A link to a directory is not gone into.
            bool isDirectory = new DirectoryInfo(At(path)) is { Exists: true, LinkTarget: null };
            foreach (string file in isDirectory ? Under(path) : [path])
            {
                yield return file;
            }
        }
    }

    private string[] Sorted(string directory, Func<string, string[]> list)
    {
        try
        {
            return
            [
                .. list(At(directory))
                    .Select(entry => Path.Combine(directory, Path.GetFileName(entry)))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception missing) when (missing is DirectoryNotFoundException or ArgumentException)
        {
            return [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OciHooksException($"{directory}: cannot be read: {failure.Message}; run this as root");
        }
    }
}
