using HookEngine.Cdi;
using HookEngine.Injection;
using HookEngine.Matching;
using HookEngine.Rules;
using HookEngine.Settings;
using HookEngine.Trust;
using Linux;
using Linux.Paths;

namespace HookEngine.Edits;

/// <summary>
/// The files that edits come from besides rules: those that describe CDI devices, and seccomp profiles. They are read when a rule that
/// matches names them, and must be as trusted as the rule.
/// </summary>
public sealed class EditFiles
{
    private readonly TrustPolicy _trust;
    private readonly PathWalk _walk;
    private readonly List<Diagnostic> _warnings = [];

    /// <summary>The files that some rules may name.</summary>
    public EditFiles(WrapperSettings settings, RuleSet rules)
        : this(settings, rules.Walk)
    {
    }

    internal EditFiles(WrapperSettings settings, PathWalk walk)
    {
        (_trust, _walk) = (settings.Trust, walk);
        Devices = new CdiDevices(settings.CdiSpecDirs, this);
    }

    /// <summary>What is worth a warning only of the files that were read, each once: a file may have been read again.</summary>
    public IReadOnlyList<Diagnostic> Warnings => [.. _warnings.Distinct()];

    /// <summary>The devices that they describe.</summary>
    internal CdiDevices Devices { get; }

    /// <summary>A rule's edits: those of its devices, then its own.</summary>
    /// <exception cref="OciHooksException">A file cannot be used, or there is no such device.</exception>
    internal IEnumerable<PlannedEdits> Resolve(Rule rule, RuleEdits wanted, ContainerFacts container)
    {
        var edits = new List<PlannedEdits>();
        if (wanted.FromAnnotations && container.Unreadable.Find("annotations") is { } unknown)
        {
            throw new OciHooksException($"cdiAnnotations: {unknown}");
        }

        if (wanted.Devices.Count > 0 || wanted.FromAnnotations)
        {
            IEnumerable<string> named = wanted.FromAnnotations ? CdiDevices.NamedIn(container.Annotations) : [];
            foreach ((string device, ContainerEdits its) in Devices.Resolve(wanted.Devices.Concat(named)))
            {
                edits.Add(new PlannedEdits(rule, device, its));
            }
        }

        SeccompSource? seccomp = wanted.Own.Seccomp is { } source ? new SeccompSource(null, SeccompProfile.Read(source, this)) : null;
        edits.Add(new PlannedEdits(rule, null, wanted.Own with { Seccomp = seccomp }));
        _walk.Release();
        return edits.FindAll(planned => !planned.Edits.IsEmpty);
    }

    /// <summary>Reads a file. Null, with what is wrong, if it cannot be used.</summary>
    internal NativeBuffer? Read(FilePath path, int limit, out FileError? problem)
    {
        NativeBuffer? content = _walk.ReadFile(null, path, limit, out string? violation, out FileError error);
        problem = content is null ? error
            : Distrust(path, violation) is { } distrust ? new FileError(distrust, 0)
            : null;
        if (problem is not null)
        {
            content?.Dispose();
            return null;
        }

        return content;
    }

    /// <summary>Follows paths anew from here on: where they lead has changed.</summary>
    internal void Forget() => _walk.Forget();

    /// <summary>The names in a directory; none, with what is wrong, if it is not to be used. Nothing is wrong if it does not exist.</summary>
    /// <exception cref="OciHooksException">It cannot be read: what it has in place of others' is unknown.</exception>
    internal List<byte[]> ReadNames(FilePath path, int limit, out string? problem)
    {
        problem = null;
        List<byte[]>? names = _walk.ReadNames(path, limit, out WalkedDirectory? directory, out string? violation, out FileError error);
        if (names is null)
        {
            return error.IsNoName
                ? []
                : throw new OciHooksException($"{path}: {error.Text}; {error.Advice("fix it, or take it out of cdiSpecDirs")}");
        }

        problem = Distrust(path, violation ?? Ownership.OpenTo(directory!.Status, directory.Path));
        return problem is null ? names : [];
    }

    /// <summary>Notes what is worth a warning only.</summary>
    internal void Warn(IEnumerable<Diagnostic> problems) => _warnings.AddRange(problems);

    private string? Distrust(FilePath path, string? violation)
    {
        Diagnostic? distrust = _trust.Evaluate(path, violation);
        if (distrust?.Severity == Severity.Warning)
        {
            _warnings.Add(distrust);
        }

        return distrust?.Severity == Severity.Error ? distrust.Message : null;
    }
}
