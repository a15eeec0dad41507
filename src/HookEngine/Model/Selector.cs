namespace HookEngine.Model;

/// <summary>The containers that a rule of format <c>ocihooks/1</c> is for: a condition, or several of them combined.</summary>
/// <param name="Field">Where it stands in the rule, such as <c>when.any[0].image</c>.</param>
public abstract record Selector(string Field)
{
    /// <summary>Notes what it asks that only the engine's own files tell.</summary>
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

/// <summary>Holds if all of its parts do.</summary>
/// <param name="Field">Where it stands.</param>
/// <param name="Parts">The parts.</param>
public sealed record AllSelector(string Field, IReadOnlyList<Selector> Parts) : Selector(Field);

/// <summary>Holds if one of its parts does.</summary>
/// <param name="Field">Where it stands.</param>
/// <param name="Parts">The parts.</param>
public sealed record AnySelector(string Field, IReadOnlyList<Selector> Parts) : Selector(Field);

/// <summary>Holds if its part does not.</summary>
/// <param name="Field">Where it stands.</param>
/// <param name="Part">The part.</param>
public sealed record NotSelector(string Field, Selector Part) : Selector(Field);

/// <summary>Holds for every container, or for none.</summary>
/// <param name="Field">Where it stands.</param>
/// <param name="Wanted">Whether for every one.</param>
public sealed record AlwaysSelector(string Field, bool Wanted) : Selector(Field);

/// <summary>Holds if something is so of the container, or is not so.</summary>
/// <param name="Field">Where it stands.</param>
/// <param name="Of">What.</param>
/// <param name="Wanted">Whether it is to be so.</param>
public sealed record FlagSelector(string Field, ContainerTrait Of, bool Wanted) : Selector(Field);

/// <summary>Holds if one of the container's texts of a kind matches one of the patterns.</summary>
/// <param name="Field">Where it stands.</param>
/// <param name="Of">The kind of text.</param>
/// <param name="Key">Of a label, an annotation or a variable: its name; else null.</param>
/// <param name="Patterns">The patterns.</param>
public sealed record TextSelector(string Field, ContainerText Of, string? Key, IReadOnlyList<TextPattern> Patterns) : Selector(Field);

/// <summary>Holds if the container has a mount that matches in each respect that is given.</summary>
/// <param name="Field">Where it stands.</param>
/// <param name="Destination">Patterns of its place in the container; null for any place.</param>
/// <param name="Source">Patterns of what is mounted; null for anything.</param>
public sealed record MountSelector(string Field, IReadOnlyList<TextPattern>? Destination, IReadOnlyList<TextPattern>? Source) : Selector(Field);
