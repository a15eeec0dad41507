using HookEngine.Model;

namespace HookEngine.Deciding.Matching;

/// <summary>
/// Holds a selector against a container. Parts are looked at in their order until the rest cannot change the outcome. What is absent matches
/// nothing, so that a condition on it does not hold. What is unknown leaves open whether it does, and so the whole, unless other parts
/// decide that either way.
/// </summary>
internal sealed class SelectorMatcher(ContainerIdentity container)
{
    /// <summary>The conditions that were looked at.</summary>
    internal List<ConditionResult> Results { get; } = [];

    /// <summary>Of a selector that cannot be told, the condition that leaves it open.</summary>
    internal ConditionResult? Unknown { get; private set; }

    /// <summary>Whether it holds; null if that cannot be told.</summary>
    internal bool? Holds(Selector selector)
    {
        switch (selector)
        {
            case AllSelector all:
                return Combine(all.Parts, deciding: false);
            case AnySelector any:
                return Combine(any.Parts, deciding: true);
            case NotSelector not:
                return !Holds(not.Part);
            case AlwaysSelector always:
                return Note(always, null, always.Wanted);
            case FlagSelector flag:
                bool isSo = container.Is(flag.Of);
                return container.WhyUnknown(flag.Of) is { } problem
                    ? AddUnknown(flag, null, problem)
                    : Note(flag, isSo ? "true" : "false", isSo == flag.Wanted);
            case TextSelector text:
                return HoldsText(text);
            default:
                return HoldsMount((MountSelector)selector);
        }
    }

    /// <summary>The conditions that a selector is made of, in the order in which they are looked at.</summary>
    internal static IEnumerable<PassedCondition> Conditions(Selector selector) => selector switch
    {
        AllSelector all => all.Parts.SelectMany(Conditions),
        AnySelector any => any.Parts.SelectMany(Conditions),
        NotSelector not => Conditions(not.Part),
        _ => [new PassedCondition(selector.Field, Wanted(selector))],
    };

    /// <summary>The first part that decides does so, even behind one that is unknown.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="deciding">Whether it is one that holds that decides, or one that does not.</param>
    private bool? Combine(IReadOnlyList<Selector> parts, bool deciding)
    {
        ConditionResult? unknown = null;
        foreach (Selector part in parts)
        {
            bool? holds = Holds(part);
            if (holds == deciding)
            {
                return deciding;
            }

            unknown ??= holds is null ? Unknown : null;
        }

        Unknown = unknown;
        return unknown is null ? !deciding : null;
    }

    private bool? HoldsText(TextSelector selector)
    {
        Fact fact = container.Of(selector.Of, selector.Key);
        foreach (string value in fact.Values)
        {
            if (Matches(selector.Patterns, value))
            {
                return Note(selector, value, true);
            }
        }

        string? found = fact.Values.Count == 0 ? null : string.Join(" or ", fact.Values);
        return fact.Unknown is { } problem
            ? AddUnknown(selector, found, problem)
            : Note(selector, found, false, found is null ? container.Silent(selector.Of) : null);
    }

    private bool? HoldsMount(MountSelector selector)
    {
        if (container.WhyMountsUnknown is { } problem)
        {
            return AddUnknown(selector, null, problem);
        }

        foreach (ContainerMount mount in container.Mounts)
        {
            if (Matches(selector.Destination, mount.Destination) && Matches(selector.Source, mount.Source))
            {
                return Note(selector, $"{mount.Destination} from {mount.Source}", true);
            }
        }

        return Note(selector, null, false);
    }

    private static bool Matches(IReadOnlyList<TextPattern>? patterns, string text)
    {
        if (patterns is null)
        {
            return true;
        }

        foreach (TextPattern pattern in patterns)
        {
            if (pattern.IsMatch(text))
            {
                return true;
            }
        }

        return false;
    }

    private bool? Note(Selector selector, string? found, bool holds, string? notProvidedBy = null)
    {
        Results.Add(new ConditionResult(selector.Field, Wanted(selector), found, holds) { NotProvidedBy = notProvidedBy });
        return holds;
    }

    private bool? AddUnknown(Selector selector, string? known, string problem)
    {
        Unknown = new ConditionResult(selector.Field, Wanted(selector), known, false) { Unknown = problem };
        Results.Add(Unknown);
        return null;
    }

    private static string Wanted(Selector selector) => selector switch
    {
        AlwaysSelector always => Word(always.Wanted),
        FlagSelector flag => Word(flag.Wanted),
        TextSelector text => AnyOf(text.Patterns),
        MountSelector mount => string.Join(", ", Parts(mount)),
        _ => "",
    };

    private static IEnumerable<string> Parts(MountSelector mount)
    {
        if (mount.Destination is { } destination)
        {
            yield return $"destination {AnyOf(destination)}";
        }

        if (mount.Source is { } source)
        {
            yield return $"source {AnyOf(source)}";
        }
    }

    private static string AnyOf(IReadOnlyList<TextPattern> patterns) =>
        patterns.Count == 1 ? patterns[0].ToString() : string.Join(" or ", patterns);

    private static string Word(bool value) => value ? "true" : "false";
}
