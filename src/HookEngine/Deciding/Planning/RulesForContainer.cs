using HookEngine.Model;
using HookEngine.Reading.Bundles;
using HookEngine.Reading.Identity;
using HookEngine.Reading.Rules;
using Linux;

namespace HookEngine.Deciding.Planning;

/// <summary>The rules that may apply to a container, and the facts that their conditions are compared with.</summary>
/// <param name="Rules">The rules, with those of the container's Kubernetes namespace.</param>
/// <param name="Facts">The facts.</param>
public sealed record RulesForContainer(RuleSet Rules, ContainerFacts Facts)
{
    /// <summary>Finds out who the container is, if a rule asks, and adds the rules of its Kubernetes namespace.</summary>
    /// <param name="rules">The rules for all namespaces.</param>
    /// <param name="container">The container's configuration.</param>
    /// <param name="config">The path of the configuration.</param>
    /// <param name="id">The container's ID; null if it is not known.</param>
    /// <exception cref="OciHooksException">The namespace is unknown, and there are rules for some.</exception>
    public static RulesForContainer Resolve(RuleSet rules, ContainerConfig container, FilePath config, string? id)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(container);
        if (container.Detail is not { } detail)
        {
            return new RulesForContainer(rules, container.Facts);
        }

        ContainerIdentity identity = IdentityReader.Read(config, id, detail, rules.Questions());
        Fact space = identity.Of(ContainerText.Namespace);
        if (rules.HasNamespaces && space.Unknown is { } problem)
        {
            throw new OciHooksException($"{config}: {problem}: there are rules for single Kubernetes namespaces");
        }

        RuleSet all = rules.WithNamespace(space.Text);
        identity = all == rules ? identity : IdentityReader.Read(config, id, detail, all.Questions());
        return new RulesForContainer(all, container.Facts with { Identity = identity });
    }
}
