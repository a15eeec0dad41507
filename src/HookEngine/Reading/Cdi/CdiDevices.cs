using HookEngine.Model;
using HookEngine.Reading.Files;
using Linux;

namespace HookEngine.Reading.Cdi;

/// <summary>
/// The devices that CDI files describe; Container Device Interface specification. The directories are read at the first lookup. An unusable
/// file causes a warning. Devices of other files in its directory, and in directories of higher precedence, stay usable, as in the
/// reference, pkg/cdi of container-device-interface. A device of lower precedence that the file may override is an error.
/// </summary>
/// <param name="directories">The directories in increasing precedence. Missing ones are skipped.</param>
/// <param name="files">Reads the files.</param>
internal sealed class CdiDevices(IReadOnlyList<FilePath> directories, TrustedFiles files)
{
    /// <summary>The maximum number of entries in a directory.</summary>
    private const int MaxEntries = 10_000;

    private const string AnnotationPrefix = "cdi.k8s.io/";

    /// <summary>How often to read a directory that is being changed.</summary>
    private const int Attempts = 100;

    /// <summary>The contents of the directories, in increasing precedence; null until they are read.</summary>
    private List<Layer>? _layers;

    /// <summary>The contents of a directory.</summary>
    /// <param name="Specs">The files, by the qualified names of their devices.</param>
    /// <param name="Defects">The problems of unusable files.</param>
    private sealed record Layer(Dictionary<string, List<CdiSpec>> Specs, List<CdiDefect> Defects);

    /// <summary>Returns the edits for some devices: for each one the edits of its file, once per file, and then its own.</summary>
    /// <param name="names">The devices, <c>vendor.com/class=name</c>.</param>
    /// <exception cref="OciHooksException">A name is invalid, or its device is missing, ambiguous, or possibly overridden.</exception>
    internal List<(string Device, ContainerEdits Edits)> Resolve(IEnumerable<string> names)
    {
        var edits = new List<(string, ContainerEdits)>();
        var seen = new HashSet<CdiSpec>(ReferenceEqualityComparer.Instance);
        foreach (string text in names.Distinct(StringComparer.Ordinal))
        {
            CdiDeviceName name = CdiDeviceName.Parse(text)
                ?? throw new OciHooksException($"\"{text}\" is no CDI device; {CdiDeviceName.Advice}");
            CdiSpec spec = Find(name);
            if (seen.Add(spec))
            {
                edits.Add((text, spec.Edits));
            }

            edits.Add((text, spec.Devices[name.Name]));
        }

        return edits;
    }

    /// <summary>Returns the devices in a container's annotations <c>cdi.k8s.io/*</c>, where commas separate them.</summary>
    internal static IEnumerable<string> NamedIn(IReadOnlyList<KeyValuePair<string, string>> annotations) => annotations
        .Where(annotation => annotation.Key.StartsWith(AnnotationPrefix, StringComparison.Ordinal))
        .SelectMany(annotation => annotation.Value.Split(','));

    private CdiSpec Find(CdiDeviceName name)
    {
        _layers ??= Load();
        var doubts = new List<CdiDefect>();
        for (int i = _layers.Count - 1; i >= 0; i--)
        {
            if (_layers[i].Specs.TryGetValue(name.ToString(), out List<CdiSpec>? found))
            {
                return The(name, found, doubts);
            }

            doubts.AddRange(_layers[i].Defects.Where(defect => defect.MayHave(name)));
        }

        List<CdiDefect> broken = _layers.SelectMany(layer => layer.Defects).ToList();
        throw new OciHooksException(
            $"CDI device {name} is in no file of {string.Join(", ", directories)}; have its vendor's tool write one"
                + (broken.Count > 0 ? $"; broken there: {List(broken)}" : ""));
    }

    /// <summary>Returns the only file in a directory that describes a device.</summary>
    /// <param name="name">The device.</param>
    /// <param name="found">The files that describe it.</param>
    /// <param name="doubts">Unusable files of higher precedence that may describe it too.</param>
    private static CdiSpec The(CdiDeviceName name, List<CdiSpec> found, List<CdiDefect> doubts) =>
        found is not [var one]
            ? throw new OciHooksException(
                $"CDI device {name} is in {string.Join(" and in ", found.Select(spec => spec.File))}; remove one of them")
        : doubts.Count > 0
            ? throw new OciHooksException(
                $"CDI device {name} is in {one.File}, and what has precedence over that cannot be used and may have it, too: {List(doubts)}; "
                    + "fix that, or have its vendor's tool write it anew")
        : one;

    private static string List(List<CdiDefect> defects) => string.Join("; ", defects.Select(defect => defect.ToWarning()));

    private List<Layer> Load()
    {
        List<Layer> layers = directories.Select(Load).ToList();
        files.Warn(layers.SelectMany(layer => layer.Defects).Select(defect => defect.ToWarning()));
        return layers;
    }

    /// <summary>Returns the contents of a directory at one moment.</summary>
    private Layer Load(FilePath directory)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (Read(directory) is { } layer)
            {
                return layer;
            }

            files.Forget();
        }

        throw new OciHooksException($"{directory}: is being changed all the time, so that its devices cannot be told; let it rest");
    }

    /// <summary>Reads a directory. Returns null if a listed file no longer has its name: it may have another, so list it again.</summary>
    private Layer? Read(FilePath directory)
    {
        var layer = new Layer(new Dictionary<string, List<CdiSpec>>(StringComparer.Ordinal), []);
        foreach (FilePath file in Files(directory, layer.Defects))
        {
            if (CdiSpec.Read(file, files, out CdiDefect? defect) is not { } spec)
            {
                if (defect!.HasNoName)
                {
                    return null;
                }

                layer.Defects.Add(defect);
                continue;
            }

            foreach (string name in spec.Devices.Keys)
            {
                string device = $"{spec.Kind}={name}";
                layer.Specs.TryAdd(device, []);
                layer.Specs[device].Add(spec);
            }
        }

        return layer;
    }

    private List<FilePath> Files(FilePath directory, List<CdiDefect> defects)
    {
        List<byte[]> names = files.ReadNames(directory, MaxEntries, out string? problem);
        if (problem is not null)
        {
            defects.Add(new CdiDefect(directory, problem));
        }

        List<byte[]> specs = names.FindAll(name => IsSpec(name));
        specs.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
        return specs.ConvertAll(name => directory.Combine(name));
    }

    private static bool IsSpec(ReadOnlySpan<byte> name) => name.EndsWith(".json"u8) || name.EndsWith(".yaml"u8) || name.EndsWith(".yml"u8);
}
