using System.IO.Enumeration;
using HookCtl.Files;
using HookCtl.Toml;

namespace HookCtl.Engines.Containerd;

/// <summary>containerd's settings: the main file and those that it imports. Of two that set the same, the later one counts.</summary>
internal static class ContainerdSettings
{
    internal const string DefaultFile = "/etc/containerd/config.toml";

    /// <summary>The files in containerd's order, without those that cannot be read or are not TOML.</summary>
    internal static IEnumerable<(string Path, TomlText Text)> Read(EngineFiles files, string main)
    {
        var queue = new Queue<string>([main]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (queue.TryDequeue(out string? path))
        {
            if (!seen.Add(path) || files.Toml(path) is not { } text)
            {
                continue;
            }

            yield return (path, text);
            foreach (string pattern in Imports(text, path))
            {
                foreach (string imported in files.Matching(pattern))
                {
                    queue.Enqueue(imported);
                }
            }
        }
    }

    /// <summary>What a file imports: paths, whose last name may be a pattern.</summary>
    internal static IEnumerable<string> Imports(TomlText text, string path)
    {
        string directory = Path.GetDirectoryName(path)!;
        return (text.Find("imports")?.Elements ?? [])
            .Select(element => element.String)
            .OfType<string>()
            .Select(pattern => Path.GetFullPath(pattern, directory));
    }

    /// <summary>Whether an import is of that file.</summary>
    internal static bool Covers(string pattern, string path) =>
        Path.GetDirectoryName(pattern) == Path.GetDirectoryName(path)
        && FileSystemName.MatchesSimpleExpression(Path.GetFileName(pattern), Path.GetFileName(path), ignoreCase: false);
}
