using HookEngine.Changing.Bundles;
using HookEngine.Changing.Injection;
using HookEngine.Deciding.Planning;
using HookEngine.Model;
using HookEngine.Reading.Bundles;
using HookEngine.Reading.Rules;
using HookEngine.Running.Precreate;
using Linux;

namespace HookEngine.Running.Create;

/// <summary>What is to be injected into a bundle's config.json in place of what was before: worked out, and not yet written.</summary>
public sealed class BundleInjection : IDisposable
{
    private readonly BundleConfig _bundle;
    private readonly ConfigPatch _patch;

    private BundleInjection(BundleConfig bundle, RuleSet rules, InjectionPlan plan, ConfigPatch patch)
    {
        PrecreateHooks = plan.PrecreateHooks;
        _bundle = bundle;
        Rules = rules;
        _patch = patch;
    }

    /// <summary>The rules that were held against it, those of its Kubernetes namespace with them.</summary>
    public RuleSet Rules { get; }

    /// <summary>The hooks of earlier injections that are not in the result, unless they are injected again.</summary>
    public IReadOnlyList<PlannedHook> Undone => _bundle.Undone;

    /// <summary>The programs of precreate that were run.</summary>
    public IReadOnlyList<PlannedHook> PrecreateHooks { get; }

    /// <summary>What became of each edit that is not a hook.</summary>
    public IReadOnlyList<AppliedEdit> Applied => _patch.Applied;

    /// <summary>
    /// Reads a configuration and works out what is to be injected. Others who would change it wait until this is disposed of.
    /// </summary>
    /// <param name="config">The file, usually config.json in the bundle.</param>
    /// <param name="id">The container's ID; null if it has none yet.</param>
    /// <param name="rules">The rules to hold against it.</param>
    /// <param name="hooks">Hooks that are injected whatever the rules say; those that rules choose are added.</param>
    /// <param name="files">The files that edits come from.</param>
    /// <param name="check">Refuses hooks, and programs of precreate, that may not run: throws.</param>
    /// <param name="supervise">Has the hooks run by a supervisor; null to inject them as they are.</param>
    /// <param name="precreate">Runs the programs of precreate that rules choose.</param>
    /// <param name="yields">Whether a bundle that others work on for long is left to them.</param>
    /// <exception cref="OciHooksException">The file cannot be used, or a rule cannot be decided.</exception>
    public static BundleInjection Prepare(
        FilePath config,
        string? id,
        RuleSet rules,
        List<PlannedHook> hooks,
        EditSources files,
        Action<IReadOnlyList<PlannedHook>> check,
        Action<List<PlannedHook>>? supervise,
        PrecreateStage precreate,
        bool yields = false)
    {
        BundleConfig bundle = BundleConfig.Read(config, out ContainerConfig parsed, yields, rules.AskIdentity);
        try
        {
            (rules, ContainerFacts facts) = RulesForContainer.Resolve(rules, parsed, config, id);
            InjectionPlan plan = Choose(config, rules.EnsureUsable(), facts, files);
            hooks.AddRange(plan.Hooks);
            check(plan.PrecreateHooks.Count == 0 ? hooks : [.. hooks, .. plan.PrecreateHooks]);
            EnsurePidIsKnown(plan, supervise is not null);
            supervise?.Invoke(hooks);
            using NativeBuffer? output = plan.PrecreateHooks.Count == 0 ? null : precreate.Run(config, id, bundle.Original, plan.PrecreateHooks);
            return new BundleInjection(bundle, rules, plan, Patch(bundle, parsed, output, hooks, plan.Edits));
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    /// <summary>Brings the file to the result, and keeps a record of it. Nothing is written if that is what the file is.</summary>
    /// <returns>Whether the file was written.</returns>
    /// <exception cref="OciHooksException">It cannot be written; it is as it was.</exception>
    public bool Write() => _bundle.Write(_patch);

    /// <summary>The text that <see cref="Write"/> brings the file to.</summary>
    public byte[] Result()
    {
        byte[] result = new byte[Splice.LengthAfter(_bundle.Original.Length, _patch.Splices)];
        Splice.Apply(_bundle.Original, _patch.Splices, result);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _bundle.Dispose();

    private static ConfigPatch Patch(
        BundleConfig bundle,
        ContainerConfig parsed,
        NativeBuffer? output,
        List<PlannedHook> hooks,
        IReadOnlyList<PlannedEdits> edits)
    {
        try
        {
            return output is null
                ? ConfigPatch.Make(bundle.Original, parsed, hooks, edits)
                : ConfigPatch.MakeThrough(output.Span, bundle.Original, hooks, edits);
        }
        catch (OciHooksException failure)
        {
            throw new OciHooksException($"{bundle.Path}: {failure.Message}");
        }
    }

    private static void EnsurePidIsKnown(InjectionPlan plan, bool isSupervised)
    {
        foreach (PlannedHook hook in isSupervised ? [] : plan.Hooks)
        {
            if (hook.Rule?.Policy.Variables.FirstOrDefault(variable => variable.IsPid) is { } pid)
            {
                throw new OciHooksException(
                    $"{hook.Rule.Path}: hook.env.{pid.Variable} is {{{{pid}}}}, which only a supervisor can put in; use --supervise");
            }
        }
    }

    private static InjectionPlan Choose(FilePath config, RuleSet rules, ContainerFacts facts, EditSources files)
    {
        InjectionPlan plan = InjectionPlan.Make(rules, facts, files);
        return plan.Matches.FirstOrDefault(match => match.Error is not null) is { } undecided
            ? throw new OciHooksException($"{config}: {undecided.Error} (rule {undecided.Rule.Path})")
            : plan;
    }
}
