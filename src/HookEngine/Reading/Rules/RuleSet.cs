using System.Text;
using HookEngine.Model;
using Linux;
using Linux.Paths;

namespace HookEngine.Reading.Rules;

/// <summary>A rule file that a directory of higher precedence replaces.</summary>
/// <param name="Rule">The rule that is not used.</param>
/// <param name="By">The rule of the same name that is.</param>
public sealed record MaskedRule(Rule Rule, Rule By);

/// <summary>A rule file that is not used because its hook's program does not exist.</summary>
/// <param name="File">The rule file.</param>
/// <param name="HookPath">The program.</param>
public sealed record SkippedRule(FilePath File, string HookPath);

/// <summary>The rules of some hooks directories, and all that is wrong with them; oci-hooks(5).</summary>
public sealed class RuleSet
{
    /// <summary>How much that is wrong goes into one message: engines hand on short ones only.</summary>
    private const int MaxReported = 50;

    private readonly RuleLoader _loader;

    private RuleSet(RuleLoader loader)
    {
        _loader = loader;
        SortedRule[] sorted = [.. loader.InEffect.Select(rule => new SortedRule(rule))];
        if (!IsInOrder(sorted))
        {
            Array.Sort(sorted, Compare);
        }

        Rules = Array.ConvertAll(sorted, entry => entry.Rule);
        Masked = [.. loader.Masked];
        Skipped = [.. loader.Skipped];
        Diagnostics = [.. loader.Diagnostics];
    }

    /// <summary>The rules in effect in the order in which they inject: by their <see cref="Rule.Order"/>, then by file name in lower case, by code point.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>Rules that another of the same name replaces.</summary>
    public IReadOnlyList<MaskedRule> Masked { get; }

    /// <summary>Rules left out because their program does not exist.</summary>
    public IReadOnlyList<SkippedRule> Skipped { get; }

    /// <summary>Everything wrong with any file, also one that is replaced.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>Whether something is wrong that forbids using the rules at all.</summary>
    public bool HasErrors => Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);

    /// <summary>Whether some rule asks who the container is, as those of format <c>ocihooks/1</c> do.</summary>
    public bool AskIdentity => HasNamespaces || Rules.Any(rule => rule.When.Selector is not null);

    /// <summary>Whether there may be rules for single Kubernetes namespaces, which <see cref="WithNamespace"/> adds.</summary>
    public bool HasNamespaces => _loader.HasNamespaces;

    /// <summary>The walk that found the files; what it has opened need not be opened again.</summary>
    internal PathWalk Walk => _loader.Walk;

    /// <summary>What the rules ask that only the engine's own files tell.</summary>
    public RequestedFacts Questions()
    {
        var questions = new RequestedFacts();
        foreach (Rule rule in Rules)
        {
            rule.When.Selector?.Ask(questions);
            foreach (VariableTemplate variable in rule.Policy.Variables)
            {
                variable.Ask(questions);
            }
        }

        return questions;
    }

    /// <summary>These rules, to be used.</summary>
    /// <exception cref="OciHooksException">Something is wrong that forbids it.</exception>
    public RuleSet EnsureUsable()
    {
        if (!HasErrors)
        {
            return this;
        }

        List<Diagnostic> errors = [.. Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error)];
        int more = errors.Count - MaxReported;
        string rest = more > 0 ? $"; and {more} more, which hookctl validate shows" : "";
        throw new OciHooksException($"the hook rules cannot be used: {string.Join("; ", errors.Take(MaxReported))}{rest}");
    }

    /// <summary>Reads all <c>*.json</c> files of the directories, but not those that are for single namespaces.</summary>
    /// <param name="directories">In increasing precedence; one that does not exist is passed over.</param>
    /// <param name="missingHook">What a rule whose program does not exist is: left out, or an error.</param>
    /// <param name="trust">What a file or directory is that others than root may change.</param>
    /// <returns>The rule set; problems are in <see cref="Diagnostics"/>, none is thrown.</returns>
    public static RuleSet Load(
        IEnumerable<FilePath> directories, MissingHook missingHook = MissingHook.Skip, TrustPolicy trust = TrustPolicy.Enforce) =>
        Load(directories, missingHook, trust, new PathWalk());

    /// <summary>As the other; the walk finds the files.</summary>
    internal static RuleSet Load(IEnumerable<FilePath> directories, MissingHook missingHook, TrustPolicy trust, PathWalk walk)
    {
        var loader = new RuleLoader(missingHook, trust, walk);
        loader.Load(directories);
        walk.Release();
        return new RuleSet(loader);
    }

    /// <summary>These rules and those that are for a Kubernetes namespace only, from the directories <c>namespace/NAME</c>.</summary>
    /// <param name="name">The namespace; null if the container has none.</param>
    public RuleSet WithNamespace(string? name) =>
        name is not null && HasNamespaces && _loader.LoadNamespace(name) ? new RuleSet(_loader) : this;

    /// <summary>These rules and those of every namespace that has some.</summary>
    public RuleSet WithAllNamespaces()
    {
        foreach (string name in _loader.NamespaceNames())
        {
            _ = _loader.LoadNamespace(name);
        }

        return new RuleSet(_loader);
    }

    /// <summary>Whether nothing is to be sorted, as of one directory whose names have no capitals: it was read in the order of names.</summary>
    private static bool IsInOrder(SortedRule[] rules)
    {
        int next = 1;
        while (next < rules.Length && Compare(rules[next - 1], rules[next]) < 0)
        {
            next++;
        }

        return next >= rules.Length;
    }

    private static int Compare(SortedRule left, SortedRule right)
    {
        int byOrder = left.Rule.Order.CompareTo(right.Rule.Order);
        int byName = byOrder != 0 ? byOrder : left.Name.SequenceCompareTo(right.Name);
        return byName != 0 ? byName : left.Rule.Path.Name.SequenceCompareTo(right.Rule.Path.Name);
    }

    /// <summary>A rule and its name in lower case. UTF-8 sorts by code point; UTF-16, as .NET strings compare, does not.</summary>
    private sealed class SortedRule(Rule rule)
    {
        private readonly byte[]? _lowered = IsLower(rule.Path.Name) ? null : Encoding.UTF8.GetBytes(Lower(rule.Name));

        internal Rule Rule => rule;

        internal ReadOnlySpan<byte> Name => _lowered ?? rule.Path.Name;

        // As Go does: .NET does not make letters of ASCII of the dotted capital I and of the Kelvin sign.
        private static string Lower(string name) => name.ToLowerInvariant().Replace('\u0130', 'i').Replace('\u212A', 'k');

        private static bool IsLower(ReadOnlySpan<byte> name) => Ascii.IsValid(name) && !name.ContainsAnyInRange((byte)'A', (byte)'Z');
    }
}
