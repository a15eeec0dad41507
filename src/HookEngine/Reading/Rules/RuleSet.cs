using System.Text;
using HookEngine.Model;
using Linux;
using Linux.Paths;

namespace HookEngine.Reading.Rules;

/// <summary>A rule file that a file in a directory of higher precedence replaces.</summary>
/// <param name="Rule">The rule that is not used.</param>
/// <param name="By">The rule of the same name that is used.</param>
public sealed record MaskedRule(Rule Rule, Rule By);

/// <summary>A rule file that is skipped because its hook's program does not exist.</summary>
/// <param name="File">The rule file.</param>
/// <param name="HookPath">The program.</param>
public sealed record SkippedRule(FilePath File, string HookPath);

/// <summary>The rules of some hooks directories, and all problems with them; oci-hooks(5).</summary>
public sealed class RuleSet
{
    /// <summary>The maximum number of errors in one message. Engines only forward short messages.</summary>
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

    /// <summary>The rules in effect, in injection order: by <see cref="Rule.Order"/>, then by code points of the lower-case name.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>The rules that another rule of the same name replaces.</summary>
    public IReadOnlyList<MaskedRule> Masked { get; }

    /// <summary>The rules that are skipped because their program does not exist.</summary>
    public IReadOnlyList<SkippedRule> Skipped { get; }

    /// <summary>The problems with all files, including replaced ones.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>Whether there is an error, so that the rules cannot be used.</summary>
    public bool HasErrors => Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);

    /// <summary>Whether a rule may need the container's identity, as those for namespaces and of format <c>ocihooks/1</c> do.</summary>
    public bool AskIdentity => HasNamespaces || Rules.Any(rule => rule.When.Selector is not null);

    /// <summary>Whether there may be rules for single Kubernetes namespaces, which <see cref="WithNamespace"/> adds.</summary>
    public bool HasNamespaces => _loader.HasNamespaces;

    /// <summary>The walk that found the files. It can be reused to avoid opening the same directories again.</summary>
    internal PathWalk Walk => _loader.Walk;

    /// <summary>Returns the facts that the rules need and that only the engine's files contain.</summary>
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

    /// <summary>Returns these rules if they can be used.</summary>
    /// <exception cref="OciHooksException">There are errors.</exception>
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

    /// <summary>Reads all <c>*.json</c> files of the directories, except those for single namespaces.</summary>
    /// <param name="directories">The directories in increasing precedence. Missing ones are skipped.</param>
    /// <param name="missingHook">What to do about a rule whose program does not exist.</param>
    /// <param name="trust">What to do about a file or directory that users other than root may change.</param>
    /// <returns>The rule set. Problems are added to <see cref="Diagnostics"/>, not thrown.</returns>
    public static RuleSet Load(
        IEnumerable<FilePath> directories, MissingHook missingHook = MissingHook.Skip, TrustPolicy trust = TrustPolicy.Enforce) =>
        Load(directories, missingHook, trust, new PathWalk());

    /// <summary>Reads the rules as the public overload does. The walk finds the files.</summary>
    internal static RuleSet Load(IEnumerable<FilePath> directories, MissingHook missingHook, TrustPolicy trust, PathWalk walk)
    {
        var loader = new RuleLoader(missingHook, trust, walk);
        loader.Load(directories);
        walk.Release();
        return new RuleSet(loader);
    }

    /// <summary>Returns these rules and those for one Kubernetes namespace, from the directories <c>namespace/NAME</c>.</summary>
    /// <param name="name">The namespace; null if the container has none.</param>
    public RuleSet WithNamespace(string? name) =>
        name is not null && HasNamespaces && _loader.LoadNamespace(name) ? new RuleSet(_loader) : this;

    /// <summary>Returns these rules and those of all namespaces that have rules.</summary>
    public RuleSet WithAllNamespaces()
    {
        foreach (string name in _loader.NamespaceNames())
        {
            _ = _loader.LoadNamespace(name);
        }

        return new RuleSet(_loader);
    }

    /// <summary>Whether the rules are sorted already. One directory with lower-case names is, because it is read in name order.</summary>
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

    /// <summary>A rule and its lower-case name. UTF-8 sorts by code point; UTF-16, in which .NET compares strings, does not.</summary>
    private sealed class SortedRule(Rule rule)
    {
        private readonly byte[]? _lowered = IsLower(rule.Path.Name) ? null : Encoding.UTF8.GetBytes(Lower(rule.Name));

        internal Rule Rule => rule;

        internal ReadOnlySpan<byte> Name => _lowered ?? rule.Path.Name;

        // As in Go. .NET does not convert the dotted capital I and the Kelvin sign to ASCII letters.
        private static string Lower(string name) => name.ToLowerInvariant().Replace('\u0130', 'i').Replace('\u212A', 'k');

        private static bool IsLower(ReadOnlySpan<byte> name) => Ascii.IsValid(name) && !name.ContainsAnyInRange((byte)'A', (byte)'Z');
    }
}
