using System.Text;
using HookCtl.Toml;
using Json;
using Linux;

namespace HookCtl.Engines.Containerd;

/// <summary>
/// One of containerd's files: the CRI plugin's runtimes and the imports in it, edited with everything else left as it is.
/// </summary>
internal sealed class ContainerdToml
{
    private const string PluginOfVersion2 = ContainerdRuntimes.PluginOfVersion2;
    private const string PluginOfVersion3 = ContainerdRuntimes.PluginOfVersion3;

    /// <summary>What containerd says of its own runc where its settings do not say anything of it.</summary>
    private static readonly string[] s_ofRunc = ["runtime_type", "sandbox_mode", "sandboxer"];

    private readonly string _path;
    private readonly string _text;
    private readonly TomlText _toml;
    private readonly string[] _containerd;

    /// <param name="path">The file.</param>
    /// <param name="content">Its content; null if there is none.</param>
    /// <exception cref="OciHooksException">It is not TOML, or not of a version that is known.</exception>
    internal ContainerdToml(string path, byte[]? content)
    {
        _path = path;
        _toml = TomlText.Parse(path, content ?? "version = 2\n"u8);
        _text = _toml.Characters;
        Version = _toml.Find("version")?.Meaning ?? "none";
        string plugin = Version switch
        {
            "2" => PluginOfVersion2,
            "3" => PluginOfVersion3,
            _ => throw new OciHooksException(
                $"{path}: version is {Version}; it is left as it is: migrate it to version = 2 with containerd config migrate, "
                + "or write version = 2 where there are no settings of plugins"),
        };
        _containerd = ["plugins", plugin, "containerd"];
    }

    /// <summary>The version of the settings: 2 or 3.</summary>
    internal string Version { get; }

    /// <summary>What hookctl writes for a runtime.</summary>
    internal static InstalledSettings Own(string name) => new(
    [
        ["version"],
        .. ((string[])[PluginOfVersion2, PluginOfVersion3]).SelectMany(plugin => (string[][])
        [
            ["plugins", plugin, "containerd", "default_runtime_name"],
            ["plugins", plugin, "containerd", "runtimes", ContainerdRuntimes.ContainerdsOwn],
            ["plugins", plugin, "containerd", "runtimes", name],
        ]),
    ]);

    /// <summary>Whether a file, of whatever version, has settings of the CRI plugin.</summary>
    internal static bool HasCri(TomlText toml) =>
        toml.Has("plugins", "cri") || toml.Has("plugins", PluginOfVersion2) || toml.Has("plugins", PluginOfVersion3);

    /// <summary>The default runtime's name; null if none is set here.</summary>
    internal string? Default => _toml.String(DefaultKey);

    private string[] DefaultKey => [.. _containerd, "default_runtime_name"];

    /// <summary>The path registered for a name here; empty if it has another kind of runtime; null if there is no such runtime.</summary>
    internal string? PathOf(string name)
    {
        string[] runtime = [.. _containerd, "runtimes", name];
        return _toml.String([.. runtime, "options", "BinaryName"]) ?? (_toml.Has(runtime) ? "" : null);
    }

    /// <summary>The settings of a runtime here; null if it has none.</summary>
    internal RuntimeTable? TableOf(string name) => RuntimeTable.All(_toml, [.. _containerd, "runtimes"]).GetValueOrDefault(name);

    /// <summary>
    /// The tables that register a runtime. containerd takes the first runtime that is set in place of its own runc, which is the default:
    /// where none is set yet, runc is set with it.
    /// </summary>
    /// <param name="name">The runtime's name.</param>
    /// <param name="runtime">Its settings.</param>
    /// <param name="runc">containerd's own runtime as it is now.</param>
    /// <param name="makeDefault">Whether it is made the default here.</param>
    internal string Registration(string name, RuntimeTable runtime, RuntimeTable runc, bool makeDefault)
    {
        string cri = $"plugins.\"{_containerd[1]}\".containerd";
        string byDefault = makeDefault ? $"[{cri}]\n  default_runtime_name = \"{name}\"\n\n" : "";
        string own = _toml.Has([.. _containerd, "runtimes"])
            ? ""
            : runc.Text($"{cri}.runtimes.{ContainerdRuntimes.ContainerdsOwn}", "  ") + "\n";
        return byDefault + own + runtime.Text($"{cri}.runtimes.\"{name}\"", "  ");
    }

    /// <summary>The file with the runtime's tables at its end.</summary>
    /// <exception cref="OciHooksException">That would not be TOML any more.</exception>
    internal byte[] WithRuntime(string name, RuntimeTable runtime, RuntimeTable runc, bool makeDefault)
    {
        bool hasPlace = _toml.Find(DefaultKey) is not null || DefaultsTable is not null;
        return Checked(With(name, Registration(name, runtime, runc, makeDefault && !hasPlace), makeDefault && hasPlace));
    }

    /// <summary>
    /// Whether a file is what <see cref="WithRuntime"/> made of this one: then nobody has changed it since, but perhaps the runtime's own
    /// settings.
    /// </summary>
    internal bool Gives(ContainerdToml installed, string name) =>
        installed.BlockOf(name) is var (start, end)
        && installed._text[(start + Begin(name).Length)..(end - End(name).Length)] is var registration
        && new[] { false, installed.Default == name }.Any(makeDefault => With(name, registration, makeDefault) == installed._text);

    /// <summary>Whether <see cref="WithRuntime"/> added a runtime of that name.</summary>
    internal bool HasRuntimeOfOurs(string name) => BlockOf(name) is not null;

    /// <summary>Whether somebody has set something of runc where it was written for a runtime, or else anywhere.</summary>
    internal bool ChangesRunc(string name)
    {
        (int start, int end) = BlockOf(name) ?? (0, _text.Length);
        string[] runc = [.. _containerd, "runtimes", ContainerdRuntimes.ContainerdsOwn];
        return _toml.Values.Any(value => value.Place.Start >= start && value.Place.End <= end
            && value.Name.Count > runc.Length && value.Name.Take(runc.Length).SequenceEqual(runc)
            && !value.IsInlineTable && !s_ofRunc.Contains(value.Name[^1])
            && !new RuntimeTableSetting(value.Name, value.Meaning).IsNothing);
    }

    private byte[] Checked(string text)
    {
        try
        {
            _ = TomlText.Parse(_path, text);
            return Bytes(text);
        }
        catch (OciHooksException)
        {
            throw new OciHooksException(
                $"{_path}: the runtimes are in an inline table, or under dotted keys, to which no table can be added; "
                + $"it is left as it is: write them as tables, [plugins.\"{_containerd[1]}\".containerd.runtimes.NAME]");
        }
    }

    private TomlTable? DefaultsTable => _toml.Tables.FirstOrDefault(table => table.Name.SequenceEqual(_containerd));

    private string With(string name, string registration, bool setDefault)
    {
        string text = _text;
        if (setDefault && _toml.Find(DefaultKey) is { Place: var old })
        {
            text = $"{text[..old.Start]}\"{name}\"{text[old.End..]}";
        }
        else if (setDefault && DefaultsTable is { } table)
        {
            string before = text[..table.End];
            text = $"{before}{(before.EndsWith('\n') ? "" : "\n")}default_runtime_name = \"{name}\"\n{text[table.End..]}";
        }

        string gap = text.EndsWith('\n') ? "\n" : "\n\n";
        return $"{text}{gap}{Begin(name)}{registration}{End(name)}";
    }

    /// <summary>Where what was added for a runtime begins and ends, with its marks; null if that is not there.</summary>
    private (int Start, int End)? BlockOf(string name)
    {
        int begin = _text.IndexOf(Begin(name), StringComparison.Ordinal);
        int end = begin < 0 ? -1 : _text.IndexOf(End(name), begin, StringComparison.Ordinal);
        return end < 0 ? null : (begin, end + End(name).Length);
    }

    /// <summary>The file without what <see cref="WithRuntime"/> added; null if that is not there.</summary>
    /// <param name="name">The runtime's name.</param>
    /// <param name="otherDefault">What becomes the default runtime in its place; null for containerd's own.</param>
    /// <exception cref="OciHooksException">Somebody has added something there.</exception>
    internal byte[]? WithoutRuntime(string name, string? otherDefault)
    {
        if (BlockOf(name) is not var (begin, end))
        {
            return null;
        }

        Own(name).CheckThatAllIsOurs(_path, _toml, new TextRange(begin, end), "out of what is between hookctl's comments");
        int start = begin > 1 && _text[..begin].EndsWith("\n\n", StringComparison.Ordinal) ? begin - 1 : begin;
        byte[] text = Bytes(_text[..start] + _text[end..]);
        var without = new ContainerdToml(_path, text);
        return without.Default == name && without._toml.Find(without.DefaultKey) is { Place: var left }
            ? Bytes($"{without._text[..left.Start]}\"{otherDefault ?? ContainerdRuntimes.ContainerdsOwn}\"{without._text[left.End..]}")
            : text;
    }

    /// <summary>The file with a drop-in imported; the same if it is.</summary>
    internal byte[] WithImport(string dropIn)
    {
        string added = TomlString.Quote(dropIn);
        if (_toml.Find("imports") is not { } imports)
        {
            // Keys of the top stand before the first table; so does the version, which is always there.
            TextRange version = _toml.Find("version")!.Place;
            int end = _text.IndexOf('\n', version.End) + 1;
            return Bytes(end > 0 ? _text.Insert(end, $"imports = [{added}]\n") : $"{_text}\nimports = [{added}]\n");
        }

        if (imports.Elements is not { } elements)
        {
            throw new OciHooksException($"{_path}: imports is not an array; it is left as it is: fix it");
        }

        return ContainerdSettings.Imports(_toml, _path).Any(pattern => ContainerdSettings.Covers(pattern, dropIn)) ? Bytes(_text)
            : elements.Count == 0 ? Bytes(_text.Insert(imports.Place.Start + 1, added))
            : Bytes(_text.Insert(elements[^1].Place.End, ", " + added));
    }

    /// <summary>The file without the import of just this drop-in.</summary>
    internal byte[] WithoutImport(string dropIn)
    {
        List<TomlValue> elements = [.. _toml.Find("imports")?.Elements ?? []];
        int index = elements.FindIndex(element => element.String == dropIn);
        if (index < 0)
        {
            return Bytes(_text);
        }

        (int start, int end) = index > 0 ? (elements[index - 1].Place.End, elements[index].Place.End)
            : elements.Count > 1 ? (elements[0].Place.Start, elements[1].Place.Start)
            : (elements[0].Place.Start, elements[0].Place.End);
        return Bytes(_text.Remove(start, end - start));
    }

    private static string Begin(string name) =>
        $"# Begin of what hookctl install containerd --name {name} added; hookctl uninstall takes it out.\n";

    private static string End(string name) => $"# End of what hookctl install containerd --name {name} added.\n";

    private static byte[] Bytes(string characters) => Encoding.UTF8.GetBytes(characters);
}
