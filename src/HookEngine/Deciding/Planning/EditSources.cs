using HookEngine.Model;
using HookEngine.Reading.Cdi;
using HookEngine.Reading.Edits;
using HookEngine.Reading.Files;
using HookEngine.Reading.Rules;
using Linux;
using Linux.Paths;

namespace HookEngine.Deciding.Planning;

/// <summary>
/// The files that edits come from besides rules: CDI specifications and seccomp profiles. They are read when a rule that matches names
/// them, and must be as trusted as the rule.
/// </summary>
public sealed class EditSources
{
    /// <summary>The files that some rules may name.</summary>
    public EditSources(WrapperSettings settings, RuleSet rules)
        : this(settings, rules.Walk)
    {
    }

    internal EditSources(WrapperSettings settings, PathWalk walk)
    {
        Files = new TrustedFiles(settings.Trust, walk);
        Devices = new CdiDevices(settings.CdiSpecDirs, Files);
    }

    /// <summary>The warnings about the files that were read.</summary>
    public IReadOnlyList<Diagnostic> Warnings => Files.Warnings;

    /// <summary>Reads them.</summary>
    internal TrustedFiles Files { get; }

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

        SeccompSource? seccomp = wanted.Own.Seccomp is { } source ? new SeccompSource(null, SeccompProfile.Read(source, Files)) : null;
        edits.Add(new PlannedEdits(rule, null, wanted.Own with { Seccomp = seccomp }));
        Files.Release();
        return edits.FindAll(planned => !planned.Edits.IsEmpty);
    }
}
