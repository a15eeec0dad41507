using System.Text.Json;
using HookEngine.Model;
using Json;

namespace HookEngine.Reading.Bundles;

/// <summary>
/// The parts of a bundle's config.json that OciHooks needs: what rules can see, and the positions of its hooks in the text. Keys are
/// matched without regard to case, as in runc.
/// </summary>
public sealed class ContainerConfig
{
    private ContainerConfig(ContainerFacts facts, ContainerDetail? detail, HooksLayout hooks)
    {
        Facts = facts;
        Detail = detail;
        Hooks = hooks;
    }

    /// <summary>The fields whose type is not the one in the specification. Their values are unknown.</summary>
    internal UnreadableFields Unreadable => Facts.Unreadable;

    /// <summary>The facts that rules are matched against.</summary>
    public ContainerFacts Facts { get; }

    /// <summary>What rules of format <c>ocihooks/1</c> can see; null if it was not requested.</summary>
    public ContainerDetail? Detail { get; }

    /// <summary>The positions of the hooks, and where new ones go.</summary>
    internal HooksLayout Hooks { get; }

    /// <summary>Parses a configuration.</summary>
    /// <param name="json">The text of config.json, OCI runtime specification "Configuration".</param>
    /// <param name="problem">The problem, worded to follow the file's name; null if there is none.</param>
    /// <param name="isDetailed">Whether to read <see cref="Detail"/> too.</param>
    /// <returns>Null if the text as a whole is wrong. Problems with single fields are in the result.</returns>
    public static ContainerConfig? Parse(ReadOnlySpan<byte> json, out string? problem, bool isDetailed = false)
    {
        try
        {
            var reader = new ContainerConfigReader(json, isDetailed);
            ContainerFacts facts = reader.Read();
            problem = reader.IsConfiguration ? null : reader.Unreadable.First;
            return problem is null ? new ContainerConfig(facts, reader.Detail, reader.Hooks) : null;
        }
        catch (JsonException syntax)
        {
            JsonProblem error = GoJson.Describe(json, syntax);
            problem = $"{error.Text} (line {error.Line}, column {error.Column})";
            return null;
        }
    }
}
