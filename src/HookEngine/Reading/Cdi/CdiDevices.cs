using HookEngine.Model;
using HookEngine.Reading.Files;
using Linux;

namespace HookEngine.Reading.Cdi;

/// <summary>
/// The devices that the files of some directories describe; Container Device Interface specification. Read when first asked. A file that
/// cannot be used is warned of, and keeps no device of others in its directory or in those of higher precedence from being used, as in the
/// reference, pkg/cdi of container-device-interface. In place of a device of lower precedence it may have one of its own.
/// </summary>
/// <param name="directories">The directories in increasing precedence; one that does not exist is passed over.</param>
/// <param name="files">Reads them.</param>
internal sealed class CdiDevices(IReadOnlyList<FilePath> directories, TrustedFiles files)
{
    /// <summary>How many entries a directory may have.</summary>
    private const int MaxEntries = 10_000;

    private const string AnnotationPrefix = "cdi.k8s.io/";

    /// <summary>How often a directory is read that others change at the time.</summary>
    private const int Attempts = 100;

    /// <summary>What the directories have, in increasing precedence.</summary>
    private List<Layer>? _layers;

    /// <summary>What a directory has.</summary>
    /// <param name="Specs">The files by the qualified names of the devices in them.</param>
    /// <param name="Defects">What cannot be used of it.</param>
    private sealed record Layer(Dictionary<string, List<CdiSpec>> Specs, List<CdiDefect> Defects);

    /// <summary>What a container gets that gets some devices: the edits of each one's file, once, and then the device's.</summary>
    /// <param name="names">The devices, <c>vendor.com/class=name</c>.</param>
    /// <exception cref="OciHooksException">One is not there, or there twice.</exception>
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

    /// <summary>The devices that a container's annotations <c>cdi.k8s.io/*</c> name, separated by commas.</summary>
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

    /// <summary>The one file of a directory that has a device.</summary>
    /// <param name="name">The device.</param>
    /// <param name="found">The files that have it.</param>
    /// <param name="doubts">What may have another of that name, which has precedence.</param>
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

    /// <summary>What a directory has at one moment.</summary>
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

    /// <summary>What a directory has. Null if it must be listed again: a file has lost its name since, and may have another.</summary>
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
