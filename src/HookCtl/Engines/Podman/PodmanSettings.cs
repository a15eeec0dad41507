using HookCtl.Files;
using HookCtl.Processes;
using HookCtl.Toml;

namespace HookCtl.Engines.Podman;

/// <summary>What Podman's files say of runtimes, containers.conf(5): of two that set the same, the later one counts.</summary>
internal sealed class PodmanSettings
{
    /// <summary>Where files beside the main one are.</summary>
    internal const string DropInDirectory = "/etc/containers/containers.conf.d";

    private const string Engine = "engine";

    private static readonly string[] s_files = ["/usr/share/containers/containers.conf", "/etc/containers/containers.conf"];

    /// <summary>What Podman takes for its default where none is set: the first that is in PATH.</summary>
    private static readonly string[] s_defaults = ["crun", "runc", "runj", "kata", "runsc", "ocijail"];

    private readonly List<TomlValue> _values;

    private PodmanSettings(IEnumerable<TomlText> texts) =>
        _values = [.. texts.SelectMany(text => text.Values).Where(value => value.Name is [Engine, ..])];

    /// <summary>
    /// What Podman judges a runtime by its name for, with its own lists of names: those of 4.3 to 5.8. The manual page writes the second
    /// as <c>runtime_supports_nocgroups</c>, which Podman does not read.
    /// </summary>
    internal static IReadOnlyDictionary<string, string[]> NameDependentSettings { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["runtime_supports_json"] = ["crun", "runc", "kata", "runsc", "youki", "krun", "ocijail"],
        ["runtime_supports_nocgroup"] = ["crun", "krun"],
        ["runtime_supports_kvm"] = ["kata", "kata-runtime", "kata-qemu", "kata-fc", "krun"],
    };

    /// <summary>The machine's.</summary>
    internal static PodmanSettings OfMachine(EngineFiles files) => Of(files, [.. s_files, .. files.Matching($"{DropInDirectory}/*.conf")]);

    /// <summary>Those that a drop-in file stands among, without some of them.</summary>
    /// <param name="files">The machine's files.</param>
    /// <param name="dropIn">The drop-in file.</param>
    /// <param name="isLeftOut">Whether a file is left out.</param>
    internal static PodmanSettings Around(EngineFiles files, string dropIn, Predicate<string> isLeftOut)
    {
        string directory = Path.GetDirectoryName(Path.GetFullPath(dropIn))!;
        string[] main = directory == DropInDirectory ? s_files : [Path.Combine(directory, "../containers.conf")];
        return Of(files, [.. main, .. files.Matching($"{directory}/*.conf").Where(file => !isLeftOut(file))]);
    }

    /// <summary>The default runtime that is set, a name or a path; null if none is.</summary>
    internal string? Default => Strings("runtime") is [var name, ..] ? name : null;

    /// <summary>The default runtime, set or not; null if there is none.</summary>
    internal string? DefaultInEffect => Default is { Length: > 0 } set ? set
        : s_defaults.FirstOrDefault(name => ProgramSearch.FindAnywhere(name) is not null);

    /// <summary>The directories of rules that are set; null if none are.</summary>
    internal IReadOnlyList<string>? HooksDirs => Strings("hooks_dir");

    /// <summary>The runtimes that are set, with their programs: the first that is there is used.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> Runtimes => _values
        .Where(value => value.Name is [_, "runtimes", _])
        .GroupBy(value => value.Name[2], StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Last().Strings, StringComparer.Ordinal);

    /// <summary>The program that a runtime is; null if there is none.</summary>
    internal string? ProgramOf(string runtime) => runtime.StartsWith('/') ? runtime
        : Runtimes.GetValueOrDefault(runtime)?.FirstOrDefault(File.Exists) ?? ProgramSearch.FindAnywhere(runtime);

    /// <summary>The names in a list of <see cref="NameDependentSettings"/>, as Podman has it in the end.</summary>
    internal IReadOnlyList<string> NameDependent(string key)
    {
        List<string> names = [.. NameDependentSettings[key]];
        bool isAppended = false;
        foreach (TomlValue value in _values.Where(value => value.Name is [_, var name] && name == key))
        {
            // Since 5.0 an element {append = true} keeps what earlier files have; a later file inherits that.
            isAppended = value.Elements?.LastOrDefault(element => element.IsInlineTable) is { } attribute
                ? attribute.Meaning.Contains("true", StringComparison.Ordinal)
                : isAppended;
            names = [.. isAppended ? names : [], .. value.Strings];
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The flags that a runtime is called with (since 5.6), as TOML; null if it has none.</summary>
    internal string? Flags(string runtime) =>
        _values.LastOrDefault(value => value.Name is [_, "runtimes_flags", var name] && name == runtime)?.Meaning;

    private static PodmanSettings Of(EngineFiles files, IEnumerable<string> paths) => new(paths.Select(files.Toml).OfType<TomlText>());

    private IReadOnlyList<string>? Strings(string key) =>
        _values.LastOrDefault(value => value.Name is [_, var name] && name == key)?.Strings;
}
