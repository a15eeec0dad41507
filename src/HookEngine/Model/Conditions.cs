using Re2;

namespace HookEngine.Model;

/// <summary>The conditions that select a rule's containers, oci-hooks(5) "when". A null or empty condition is ignored.</summary>
/// <param name="AnySuffices">Whether one condition is enough (format 0.1.0). Otherwise all must hold (1.0.0).</param>
/// <param name="Always">True matches every container, false matches none.</param>
/// <param name="HasBindMounts">True matches a container with a bind mount. False matches none, as in the reference implementation.</param>
/// <param name="Annotations">The annotation conditions. Each holds if some annotation matches it.</param>
/// <param name="Commands">The patterns for the first word of the container's command line. One match is enough.</param>
public sealed record Conditions(
    bool AnySuffices,
    bool? Always,
    bool? HasBindMounts,
    IReadOnlyList<AnnotationPattern> Annotations,
    IReadOnlyList<Re2Pattern> Commands)
{
    /// <summary>The only condition of a rule of format <c>ocihooks/1</c>; null in the older formats.</summary>
    public Selector? Selector { get; init; }

    /// <summary>Returns the conditions of a rule of format <c>ocihooks/1</c>.</summary>
    public static Conditions Of(Selector selector) => new(false, null, null, [], []) { Selector = selector };
}
