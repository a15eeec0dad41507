using HookCtl.Files;
using HookCtl.Toml;

namespace HookCtl.Engines.Crio;

/// <summary>
/// CRI-O's runtimes, crio.conf(5): of two files that have one, the later one's table counts, whole. What CRI-O itself adds to it is not known.
/// </summary>
internal sealed class CrioRuntimes
{
    /// <summary>CRI-O's main file.</summary>
    internal const string DefaultFile = "/etc/crio/crio.conf";

    /// <summary>Where files are that are read after the main one.</summary>
    internal const string DropInDirectory = DefaultFile + DropInSuffix;

    private const string DropInSuffix = ".d";

    private readonly Dictionary<string, RuntimeTable> _tables = new(StringComparer.Ordinal);

    /// <param name="files">The texts of CRI-O's files, in its order.</param>
    internal CrioRuntimes(IEnumerable<TomlText> files)
    {
        foreach (TomlText file in files)
        {
            Default = file.String("crio", "runtime", "default_runtime") ?? Default;
            foreach ((string name, RuntimeTable table) in RuntimeTable.All(file, "crio", "runtime", "runtimes"))
            {
                _tables[name] = table;
            }
        }
    }

    /// <summary>
    /// The paths of CRI-O's files, in its order: the main one, be it there or not, then all in a directory and below it, whatever they are
    /// called (UpdateFromPath in its pkg/config).
    /// </summary>
    /// <param name="files">The machine's files.</param>
    /// <param name="dropIns">The directory, whose name is the main file's with <c>.d</c>. In another one not all may be CRI-O's.</param>
    internal static IEnumerable<string> Files(EngineFiles files, string dropIns = DropInDirectory) =>
        dropIns.EndsWith(DropInSuffix, StringComparison.Ordinal)
            ? files.Under(dropIns).Prepend(dropIns[..^DropInSuffix.Length])
            : files.Matching($"{dropIns}/*.conf");

    /// <summary>The default runtime's name; null if CRI-O chooses.</summary>
    internal string? Default { get; }

    /// <summary>The runtimes' settings by their names.</summary>
    internal IReadOnlyDictionary<string, RuntimeTable> Tables => _tables;

    /// <summary>Whether a runtime is called as runc is, so that the wrapper can be called in its place.</summary>
    internal static bool IsForRunc(RuntimeTable runtime) => runtime.String("runtime_type") is null or "oci" or "pod";
}
