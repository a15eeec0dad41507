using HookEngine.Identity;

namespace HookEngine.Matching;

/// <summary>
/// Holds a selector against a container. Parts are looked at in their order until the rest cannot change the outcome. What an engine does
/// not tell matches nothing, so that a condition on it does not hold. What cannot be known is neither: it counts only where the rest does not
/// decide.
/// </summary>
internal sealed class SelectorMatcher(ContainerIdentity container)
{
    /// <summary>The conditions that were looked at.</summary>
    internal List<ConditionResult> Results { get; } = [];

    /// <summary>Whether it holds; null if that cannot be told.</summary>
    internal bool? Holds(Selector selector)
    {
        switch (selector)
        {
            case AllSelector all:
                return All(all.Parts);
            case AnySelector any:
                return Any(any.Parts);
            case NotSelector not:
                return !Holds(not.Part);
            case AlwaysSelector always:
                return Note(always, null, always.Wanted);
            case FlagSelector flag:
                bool isSo = container.Is(flag.Of);
                return container.WhyUnknown(flag.Of) is { } problem ? NoteUnknown(flag, problem) : Note(flag, isSo ? "true" : "false", isSo == flag.Wanted);
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

    private bool? All(IReadOnlyList<Selector> parts)
    {
        bool? all = true;
        foreach (Selector part in parts)
        {
            bool? one = Holds(part);
            if (one == false)
            {
                return false;
            }

            all = one is null ? null : all;
        }

        return all;
    }

    private bool? Any(IReadOnlyList<Selector> parts)
    {
        bool? any = false;
        foreach (Selector part in parts)
        {
            bool? one = Holds(part);
            if (one == true)
            {
                return true;
            }

            any = one is null ? null : any;
        }

        return any;
    }

    private bool? HoldsText(TextSelector selector)
    {
        if (container.WhyUnknown(selector.Of, selector.Key) is { } problem)
        {
            return NoteUnknown(selector, problem);
        }

        IReadOnlyList<string> values = container.Values(selector.Of, selector.Key);
        foreach (string value in values)
        {
            if (Matches(selector.Patterns, value))
            {
                return Note(selector, value, true);
            }
        }

        return Note(selector, values.Count == 0 ? null : string.Join(" or ", values), false);
    }

    private bool? HoldsMount(MountSelector selector)
    {
        if (container.WhyMountsUnknown is { } problem)
        {
            return NoteUnknown(selector, problem);
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

    private bool Note(Selector selector, string? found, bool holds)
    {
        Results.Add(new ConditionResult(selector.Field, Wanted(selector), found, holds));
        return holds;
    }

    private bool? NoteUnknown(Selector selector, string problem)
    {
        Results.Add(new ConditionResult(selector.Field, Wanted(selector), null, false) { Unknown = problem });
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
