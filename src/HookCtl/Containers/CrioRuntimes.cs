using HookCtl.Toml;

namespace HookCtl.Containers;

/// <summary>
/// CRI-O's runtimes, crio.conf(5): of two files that have one, the later one's table counts, whole. What CRI-O itself adds to it is not known.
/// </summary>
internal sealed class CrioRuntimes
{
    /// <summary>CRI-O's main file. The files of <c>crio.conf.d</c> beside it are read after it, by name.</summary>
    internal const string DefaultFile = "/etc/crio/crio.conf";

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

    /// <summary>The default runtime's name; null if CRI-O chooses.</summary>
    internal string? Default { get; }

    /// <summary>The runtimes' settings by their names.</summary>
    internal IReadOnlyDictionary<string, RuntimeTable> Tables => _tables;

    /// <summary>Whether a runtime is called as runc is, so that the wrapper can be called in its place.</summary>
    internal static bool IsForRunc(RuntimeTable runtime) => runtime.String("runtime_type") is null or "oci" or "pod";
}
