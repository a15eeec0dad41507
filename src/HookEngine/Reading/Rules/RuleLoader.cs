using System.Text;
using HookEngine.Model;
using Linux;
using Linux.Paths;

namespace HookEngine.Reading.Rules;

/// <summary>
/// Collects the rules of some directories: first those for all containers, then, from <c>namespace/NAME</c> in each, those for a Kubernetes
/// namespace. A rule replaces an earlier rule with the same name for the same containers.
/// </summary>
internal sealed class RuleLoader
{
    /// <summary>How often to read a directory that is being changed.</summary>
    private const int Attempts = 100;

    private readonly RuleFiles _files;
    private readonly RuleDirectory _directory;
    /// <summary>The rules in effect, by NAME or NAMESPACE/NAME. Names contain no slash.</summary>
    private readonly Dictionary<string, Rule> _inEffect = new(StringComparer.Ordinal);
    private readonly List<FilePath> _namespaces = [];

    internal RuleLoader(MissingHook missingHook, TrustPolicy trust, PathWalk walk)
    {
        _files = new RuleFiles(trust, walk, Diagnostics);
        _directory = new RuleDirectory(_files, missingHook, Diagnostics, Skipped);
    }

    internal List<Diagnostic> Diagnostics { get; } = [];

    internal List<MaskedRule> Masked { get; } = [];

    internal List<SkippedRule> Skipped { get; } = [];

    internal IEnumerable<Rule> InEffect => _inEffect.Values;

    internal bool HasNamespaces => _namespaces.Count > 0;

    internal PathWalk Walk => _files.Walk;

    internal void Load(IEnumerable<FilePath> directories)
    {
        foreach (FilePath directory in directories)
        {
            if (Add(directory, null)?.Namespaces is { } namespaces)
            {
                _namespaces.Add(namespaces);
            }
        }
    }

    /// <summary>Adds the rules of a namespace. Returns false if the name is not valid.</summary>
    internal bool LoadNamespace(string name)
    {
        if (!RuleListing.IsNamespaceName(name))
        {
            return false;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(name);
        foreach (FilePath directory in _namespaces)
        {
            _ = Add(directory.Combine(bytes), name);
        }

        Walk.Release();
        return true;
    }

    internal IEnumerable<string> NamespaceNames() =>
        _namespaces.SelectMany(_files.Namespaces).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>Adds a directory's rules as of one moment. Returns null if it is missing, or cannot be used, which adds an error.</summary>
    private RuleListing? Add(FilePath directory, string? kubernetesNamespace)
    {
        (int Count, long Bytes) counted = _files.Counted;
        int diagnostics = Diagnostics.Count, skipped = Skipped.Count;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (_files.List(directory) is not { } listing)
            {
                return null;
            }

            if (_directory.Read(listing, kubernetesNamespace) is { } rules)
            {
                Add(rules, kubernetesNamespace);
                return listing;
            }

            _files.Counted = counted;
            Diagnostics.RemoveRange(diagnostics, Diagnostics.Count - diagnostics);
            Skipped.RemoveRange(skipped, Skipped.Count - skipped);
            Walk.Forget();
        }

        _files.AddUnstable(directory);
        return null;
    }

    private void Add(List<Rule> rules, string? kubernetesNamespace)
    {
        foreach (Rule rule in rules)
        {
            // One character per byte, because two names that are not UTF-8 may decode to the same text.
            string name = Ascii.IsValid(rule.Path.Name) ? rule.Name : Encoding.Latin1.GetString(rule.Path.Name);
            string key = kubernetesNamespace is null ? name : $"{kubernetesNamespace}/{name}";
            if (_inEffect.TryGetValue(key, out Rule? lower))
            {
                Masked.Add(new MaskedRule(lower, rule));
            }

            _inEffect[key] = rule;
        }
    }
}
