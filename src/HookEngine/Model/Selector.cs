namespace HookEngine.Model;

/// <summary>The containers that a rule of format <c>ocihooks/1</c> applies to: one condition, or a combination of conditions.</summary>
/// <param name="Field">The condition's field in the rule, such as <c>when.any[0].image</c>.</param>
public abstract record Selector(string Field)
{
    /// <summary>Requests the facts that the condition needs and that only the engine's files contain.</summary>
    public void Ask(RequestedFacts questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        switch (this)
        {
            case AllSelector all:
                AskAll(all.Parts, questions);
                break;
            case AnySelector any:
                AskAll(any.Parts, questions);
                break;
            case NotSelector not:
                not.Part.Ask(questions);
                break;
            case TextSelector text:
                questions.Ask(text.Of, text.Key);
                break;
            default:
                break;
        }
    }

    private static void AskAll(IReadOnlyList<Selector> parts, RequestedFacts questions)
    {
        foreach (Selector part in parts)
        {
            part.Ask(questions);
        }
    }
}

/// <summary>Holds if all of its parts hold.</summary>
/// <param name="Field">The field in the rule.</param>
/// <param name="Parts">The parts.</param>
public sealed record AllSelector(string Field, IReadOnlyList<Selector> Parts) : Selector(Field);

/// <summary>Holds if one of its parts holds.</summary>
/// <param name="Field">The field in the rule.</param>
/// <param name="Parts">The parts.</param>
public sealed record AnySelector(string Field, IReadOnlyList<Selector> Parts) : Selector(Field);

/// <summary>Holds if its part does not hold.</summary>
/// <param name="Field">The field in the rule.</param>
/// <param name="Part">The part.</param>
public sealed record NotSelector(string Field, Selector Part) : Selector(Field);

/// <summary>Holds for every container, or for none.</summary>
/// <param name="Field">The field in the rule.</param>
/// <param name="Wanted">Whether it holds for every container.</param>
public sealed record AlwaysSelector(string Field, bool Wanted) : Selector(Field);

/// <summary>Holds if the container has, or does not have, a trait.</summary>
/// <param name="Field">The field in the rule.</param>
/// <param name="Of">The trait.</param>
/// <param name="Wanted">Whether the container must have the trait.</param>
public sealed record FlagSelector(string Field, ContainerTrait Of, bool Wanted) : Selector(Field);

/// <summary>Holds if one of the container's texts of a kind matches one of the patterns.</summary>
/// <param name="Field">The field in the rule.</param>
/// <param name="Of">The kind of text.</param>
/// <param name="Key">The name of the label, annotation or variable; else null.</param>
/// <param name="Patterns">The patterns.</param>
public sealed record TextSelector(string Field, ContainerText Of, string? Key, IReadOnlyList<TextPattern> Patterns) : Selector(Field);

/// <summary>Holds if a mount of the container matches both the destination and the source.</summary>
/// <param name="Field">The field in the rule.</param>
/// <param name="Destination">Patterns for the path in the container; null for any path.</param>
/// <param name="Source">Patterns for the source; null for any source.</param>
public sealed record MountSelector(string Field, IReadOnlyList<TextPattern>? Destination, IReadOnlyList<TextPattern>? Source) : Selector(Field);
