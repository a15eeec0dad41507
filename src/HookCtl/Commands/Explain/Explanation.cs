using System.Text.Json.Serialization;
using HookCtl.Commands.Bundle;
using HookCtl.Commands.List;
using HookCtl.Engines;
using HookCtl.Output;
using HookCtl.Processes;
using HookEngine.Changing.Bundles;
using HookEngine.Changing.Injection;
using HookEngine.Deciding.Planning;
using HookEngine.Deciding.Trust;
using HookEngine.Model;
using HookEngine.Reading.Bundles;
using HookEngine.Reading.Rules;
using HookEngine.Running.Supervision;
using Linux;

namespace HookCtl.Commands.Explain;

/// <summary>What <c>hookctl explain</c> tells.</summary>
/// <param name="Config">The config.json.</param>
/// <param name="Container">The container whose it is; null if a bundle was named.</param>
/// <param name="Injected">Whether the file holds hooks of an earlier create, which are left out of account.</param>
/// <param name="UpToDate">Whether the file is what a create would make of it now; null if precreate programs decide that.</param>
/// <param name="Rules">The rules in effect, in the order in which they inject.</param>
/// <param name="Unused">Rules that are replaced by others, or whose hook is missing.</param>
/// <param name="Problems">What is wrong with rule files.</param>
/// <param name="Warnings">What is not as it should be with rules and hooks that are used all the same.</param>
/// <param name="Refused">Why a create would be refused; null if it would not.</param>
/// <param name="Hooks">The hooks the container would have, stage by stage in the order in which they run.</param>
/// <param name="Edits">What would be edited besides.</param>
/// <param name="Unrecorded">Whether some of the hooks there are an earlier create's that no record tells of.</param>
/// <param name="Diff">The change to config.json; null if it was not asked for.</param>
internal sealed record Explanation(
    string Config,
    FoundContainer? Container,
    bool Injected,
    bool? UpToDate,
    IReadOnlyList<ExplainedRule> Rules,
    IReadOnlyList<UnusedRule> Unused,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings,
    string? Refused,
    IReadOnlyList<ExplainedHook> Hooks,
    IReadOnlyList<EditReport> Edits,
    bool Unrecorded,
    string? Diff)
{
    /// <summary>Holds rules against a configuration, which is only read.</summary>
    /// <exception cref="OciHooksException">It cannot be read.</exception>
    internal static Explanation Of(ExplainedBundle target, RuleSet rules, WrapperSettings settings, bool withDiff)
    {
        var path = new FilePath(target.Config);
        if (BundleConfig.HasSecretRecord(path))
        {
            throw new OciHooksException(
                $"{path}.ocihooks: may not be read, and tells what was injected into {path} before; "
                + "run this as root or as the file's owner");
        }

        using BundleConfig bundle = BundleConfig.Read(path, out ContainerConfig config, isDetailed: rules.AskIdentity);
        (rules, ContainerFacts facts) = RulesForContainer.Resolve(rules, config, path, target.Container?.Id);
        var files = new EditSources(settings, rules);
        InjectionPlan plan = InjectionPlan.Make(rules, facts, files);
        IReadOnlyList<Diagnostic> warnings = [];
        string? refused = Refusal(rules, plan) ?? Distrust(rules, plan, settings, out warnings);
        List<PlannedHook> planned = refused is null ? Supervised(plan.Hooks, settings) : [];
        List<PlannedHook> precreateHooks = refused is null ? Supervised(plan.PrecreateHooks, settings) : [];
        ConfigPatch patch = Patch(bundle, config, planned, refused is null ? plan.Edits : [], ref refused);
        IReadOnlyList<(HookStage Stage, Hook Hook)> present = ConfiguredHooks.Read(bundle.Original, config);
        RuleList list = RuleList.Of(rules);
        return new Explanation(
            target.Config,
            target.Container,
            bundle.HasInjection,
            precreateHooks.Count > 0 ? null : refused is null && bundle.Shows(patch),
            [.. plan.Matches.Select(ExplainedRule.Of)],
            list.Unused,
            list.Problems,
            [.. list.Warnings, .. files.Warnings.Concat(warnings).Select(warning => warning.ToString())],
            refused,
            [
                .. present.Select(hook => ExplainedHook.Of(hook.Stage, hook.Hook))
                    .Concat(patch.Hooks.Concat(precreateHooks).Select(hook => ExplainedHook.Of(hook, settings)))
                    .OrderBy(hook => HookStages.Parse(hook.Stage)),
            ],
            [.. patch.Applied.Select(EditReport.Of)],
            present.Any(hook => HookSupervision.IsSupervisor(hook.Hook)),
            withDiff ? Difference(bundle, patch.Splices) : null);
    }

    private static string? Refusal(RuleSet rules, InjectionPlan plan) =>
        rules.HasErrors
            ? "the hook rules cannot be used"
            : plan.Matches.FirstOrDefault(match => match.Error is not null) is { } undecided
                ? $"{undecided.Error} (rule {undecided.Rule.Path})"
                : null;

    private static string? Distrust(RuleSet rules, InjectionPlan plan, WrapperSettings settings, out IReadOnlyList<Diagnostic> warnings)
    {
        warnings = [];
        try
        {
            warnings = new HookTrust(settings, rules).EnsureUsable(plan.Hooks.Concat(plan.PrecreateHooks), "");
            return null;
        }
        catch (OciHooksException refusal)
        {
            return refusal.Message;
        }
    }

    /// <summary>An edit that cannot be made refuses the create.</summary>
    private static ConfigPatch Patch(
        BundleConfig bundle, ContainerConfig config, List<PlannedHook> hooks, IReadOnlyList<PlannedEdits> edits, ref string? refused)
    {
        try
        {
            return ConfigPatch.Make(bundle.Original, config, hooks, edits);
        }
        catch (OciHooksException failure)
        {
            refused = failure.Message;
            return ConfigPatch.None;
        }
    }

    private static List<PlannedHook> Supervised(IReadOnlyList<PlannedHook> hooks, WrapperSettings settings)
    {
        List<PlannedHook> supervised = [.. hooks];
        HookSupervision.ApplyAll(supervised, settings, WrapperProgram.Find, "", () => LowLevelRuntime.Find(settings));
        return supervised;
    }

    private static string Difference(BundleConfig bundle, IReadOnlyList<Splice> edits)
    {
        byte[] patched = new byte[Splice.LengthAfter(bundle.Original.Length, edits)];
        Splice.Apply(bundle.Original, edits, patched);
        return UnifiedDiff.Of(
            IndentedJson.Lines(bundle.Original), IndentedJson.Lines(patched), $"{bundle.Path}", $"{bundle.Path} with hooks");
    }
}

/// <summary>Writes it as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Explanation))]
internal sealed partial class ExplainJson : JsonSerializerContext;
