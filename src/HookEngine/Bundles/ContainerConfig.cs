using System.Text.Json;
using HookEngine.Json;
using HookEngine.Matching;

namespace HookEngine.Bundles;

/// <summary>
/// What OciHooks needs of a bundle's config.json: what rules can see, and where its hooks stand in the text. Keys are read as
/// runc reads them, without regard to case.
/// </summary>
public sealed class ContainerConfig
{
    private ContainerConfig(ContainerFacts facts, HooksLayout hooks)
    {
        Facts = facts;
        Hooks = hooks;
    }

    /// <summary>What rules are held against.</summary>
    public ContainerFacts Facts { get; }

    /// <summary>Where hooks stand, and where new ones go.</summary>
    internal HooksLayout Hooks { get; }

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">The text of config.json, OCI runtime specification "Configuration".</param>
    /// <param name="problem">What is wrong, to read on from the file's name.</param>
    /// <returns>Null if something is wrong.</returns>
    public static ContainerConfig? Parse(ReadOnlySpan<byte> json, out string? problem)
    {
        try
        {
            var reader = new ContainerConfigReader(json);
            ContainerFacts facts = reader.Read();
            problem = reader.Problem;
            return problem is null ? new ContainerConfig(facts, reader.Hooks) : null;
        }
        catch (JsonException syntax)
        {
            JsonProblem error = GoJson.Describe(json, syntax);
            problem = $"{error.Text} (line {error.Line}, column {error.Column})";
            return null;
        }
    }
}
