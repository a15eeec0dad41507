using HookCtl.Toml;

namespace HookCtl.Engines.Containerd;

/// <summary>The runtimes of containerd's CRI plugin, in what containerd shows of its settings, or in a file of them.</summary>
internal sealed class ContainerdRuntimes
{
    /// <summary>The default runtime of a containerd that nobody configured.</summary>
    internal const string ContainerdsOwn = "runc";

    /// <summary>The plugin's name in settings of version 2.</summary>
    internal const string PluginOfVersion2 = "io.containerd.grpc.v1.cri";

    /// <summary>The plugin's name in settings of version 3.</summary>
    internal const string PluginOfVersion3 = "io.containerd.cri.v1.runtime";

    internal ContainerdRuntimes(TomlText text)
    {
        Default = DefaultOf(text) ?? ContainerdsOwn;
        Tables = RuntimeTable.All(text, "plugins", PluginOf(text), "containerd", "runtimes");
    }

    /// <summary>The default runtime's name.</summary>
    internal string Default { get; }

    /// <summary>All runtimes' settings by their names.</summary>
    internal IReadOnlyDictionary<string, RuntimeTable> Tables { get; }

    /// <summary>The default runtime's name that a text sets; null if it sets none.</summary>
    internal static string? DefaultOf(TomlText text) => text.String("plugins", PluginOf(text), "containerd", "default_runtime_name");

    /// <summary>Whether a runtime's shim is containerd's for runc, which the wrapper can stand behind.</summary>
    internal static bool IsForRunc(RuntimeTable runtime) =>
        runtime.String("runtime_type")?.StartsWith("io.containerd.runc.", StringComparison.Ordinal) == true;

    private static string PluginOf(TomlText text) => text.Has("plugins", PluginOfVersion3) ? PluginOfVersion3 : PluginOfVersion2;
}
