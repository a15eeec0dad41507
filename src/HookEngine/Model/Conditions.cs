using Re2;

namespace HookEngine.Model;

/// <summary>The containers a rule is for, oci-hooks(5) "when". A condition that is null or empty is not one.</summary>
/// <param name="AnySuffices">One condition is enough (format 0.1.0); else all must hold (1.0.0).</param>
/// <param name="Always">True holds for every container, false for none.</param>
/// <param name="HasBindMounts">True holds for a container with a bind mount. False holds for none: so the reference reads it.</param>
/// <param name="Annotations">Each holds if some annotation matches.</param>
/// <param name="Commands">Hold if one of them matches the first word of the container's command line.</param>
public sealed record Conditions(
    bool AnySuffices,
    bool? Always,
    bool? HasBindMounts,
    IReadOnlyList<AnnotationPattern> Annotations,
    IReadOnlyList<Re2Pattern> Commands)
{
    /// <summary>The condition of format <c>ocihooks/1</c>, which has this and none of the others; null in the older formats.</summary>
    public Selector? Selector { get; init; }

    /// <summary>The conditions of a rule of format <c>ocihooks/1</c>.</summary>
    public static Conditions Of(Selector selector) => new(false, null, null, [], []) { Selector = selector };
}
