using System.Text.Json;
using HookEngine.Model;
using Json;

namespace HookEngine.Reading.Bundles;

/// <summary>
/// What OciHooks needs of a bundle's config.json: what rules can see, and where its hooks stand in the text. Keys are read as
/// runc reads them, without regard to case.
/// </summary>
public sealed class ContainerConfig
{
    private ContainerConfig(ContainerFacts facts, ContainerDetail? detail, HooksLayout hooks)
    {
        Facts = facts;
        Detail = detail;
        Hooks = hooks;
    }

    /// <summary>The fields that are not what the specification says; whoever needs one of them cannot know it.</summary>
    internal UnreadableFields Unreadable => Facts.Unreadable;

    /// <summary>What rules are held against.</summary>
    public ContainerFacts Facts { get; }

    /// <summary>What rules of format <c>ocihooks/1</c> can see; null if it was not asked for.</summary>
    public ContainerDetail? Detail { get; }

    /// <summary>Where hooks stand, and where new ones go.</summary>
    internal HooksLayout Hooks { get; }

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">The text of config.json, OCI runtime specification "Configuration".</param>
    /// <param name="problem">What is wrong, to read on from the file's name.</param>
    /// <param name="isDetailed">Whether <see cref="Detail"/> is read, too.</param>
    /// <returns>Null if something is wrong with the text as a whole; what fields are is a question to whoever needs them.</returns>
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
