using HookEngine.Edits;
using HookEngine.Linux;
using HookEngine.Rules;

namespace HookEngine.Cdi;

/// <summary>
/// The devices that the files of some directories describe; Container Device Interface specification. Read when first asked. A file that
/// cannot be used keeps no device of another from being used, as in the reference, pkg/cdi of container-device-interface; it is warned of.
/// </summary>
/// <param name="directories">The directories in increasing precedence; one that does not exist is passed over.</param>
/// <param name="files">Reads them.</param>
internal sealed class CdiDevices(IReadOnlyList<FilePath> directories, EditFiles files)
{
    /// <summary>How many entries a directory may have.</summary>
    private const int MaxEntries = 10_000;

    private const string AnnotationPrefix = "cdi.k8s.io/";

    private readonly List<Diagnostic> _problems = [];

    /// <summary>The files by the qualified names of the devices in them, those of the highest precedence.</summary>
    private Dictionary<string, List<CdiSpec>>? _specs;

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
        _specs ??= Load();
        if (!_specs.TryGetValue(name.ToString(), out List<CdiSpec>? found))
        {
            string broken = _problems.Count > 0 ? $"; broken there: {string.Join("; ", _problems)}" : "";
            throw new OciHooksException(
                $"CDI device {name} is in no file of {string.Join(", ", directories)}; have its vendor's tool write one{broken}");
        }

        return found is [var one]
            ? one
            : throw new OciHooksException(
                $"CDI device {name} is in {string.Join(" and in ", found.Select(spec => spec.File))}; remove one of them");
    }

    private Dictionary<string, List<CdiSpec>> Load()
    {
        var specs = new Dictionary<string, List<CdiSpec>>(StringComparer.Ordinal);
        foreach (FilePath directory in directories)
        {
            foreach ((string device, List<CdiSpec> its) in Load(directory))
            {
                specs[device] = its;
            }
        }

        files.Warn(_problems);
        return specs;
    }

    /// <summary>The files of a directory by the qualified names of their devices.</summary>
    private Dictionary<string, List<CdiSpec>> Load(FilePath directory)
    {
        var specs = new Dictionary<string, List<CdiSpec>>(StringComparer.Ordinal);
        foreach (FilePath file in Files(directory))
        {
            if (CdiSpec.Read(file, files, out string? problem) is not { } spec)
            {
                _problems.Add(new Diagnostic(Severity.Warning, file.ToString(), null, problem!));
                continue;
            }

            foreach (string name in spec.Devices.Keys)
            {
                string device = $"{spec.Kind}={name}";
                specs.TryAdd(device, []);
                specs[device].Add(spec);
            }
        }

        return specs;
    }

    private List<FilePath> Files(FilePath directory)
    {
        List<byte[]> names = files.ReadNames(directory, MaxEntries, out string? problem);
        if (problem is not null)
        {
            _problems.Add(new Diagnostic(Severity.Warning, directory.ToString(), null, problem));
        }

        List<byte[]> specs = names.FindAll(name => IsSpec(name));
        specs.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
        return specs.ConvertAll(name => directory.Combine(name));
    }

    private static bool IsSpec(ReadOnlySpan<byte> name) => name.EndsWith(".json"u8) || name.EndsWith(".yaml"u8) || name.EndsWith(".yml"u8);
}
