using HookEngine.Deciding.Trust;
using HookEngine.Model;
using HookEngine.Reading.Rules;

namespace HookEngine.Deciding.Lint;

/// <summary>Warns of rules that say something else than they seem to.</summary>
internal sealed class RuleMeaningLint(
    string file, RuleFieldMap fields, WrapperSettings settings, HookTrust trust, List<Diagnostic> diagnostics)
{
    internal void Check(Rule? rule)
    {
        string hook = fields.Is010 ? "hook" : "hook.path";
        string? path = fields.Fields.FirstOrDefault(field => field.Name == hook).Text;
        HookStage[] stages = [.. rule?.Stages ?? []];
        if (path is { Length: > 0 } && !path.Contains('\0', StringComparison.Ordinal))
        {
            foreach ((Severity severity, string message) in HookProgramLint.Check(path, null, stages, settings.OnMissingHook, trust))
            {
                diagnostics.Add(new Diagnostic(severity, file, hook, message));
            }
        }

        if (rule is not null)
        {
            CheckConditions(rule.When);
            CheckStages(rule.Stages);
            CheckTimeout(rule);
        }
    }

    private void CheckConditions(Conditions when)
    {
        string bindMounts = fields.Is010 ? "hasbindmounts" : "when.hasBindMounts";
        bool hasPatterns = when.Annotations.Count > 0 || when.Commands.Count > 0;
        if (when.Always is null && when.HasBindMounts is null && !hasPatterns)
        {
            Warn(
                fields.Is010 ? null : "when",
                fields.Is010 ? "has no condition, so it never matches; give cmds, annotations or hasbindmounts"
                    : "has no condition, so the rule never matches; give one, or \"always\": true, or false to switch it off");
        }

        if (when.Always == false && (when.HasBindMounts is not null || hasPatterns))
        {
            Warn("when.always", "is false, so the rule never matches, whatever else is there; remove it, or the other conditions");
        }

        if (when.HasBindMounts == false)
        {
            string effect = when.AnySuffices && hasPatterns ? " and adds nothing" : ", so the rule never matches";
            Warn(bindMounts, $"is false, which holds for no container{effect}; remove it");
        }
    }

    private void CheckStages(IReadOnlyList<HookStage> stages)
    {
        string field = fields.Fields.Any(known => known.Name == "stage") ? "stage" : "stages";
        if (stages.Count == 0)
        {
            Warn(field, $"is empty, so the hook never runs; list one or more of {string.Join(", ", HookStages.ExtendedNames)}");
        }

        var firsts = new Dictionary<HookStage, int>();
        for (int i = 0; i < stages.Count; i++)
        {
            string name = stages[i].Name();
            if (stages[i] == HookStage.Prestart)
            {
                Warn($"{field}[{i}]", "\"prestart\" is deprecated and is injected as createRuntime; write \"createRuntime\"");
            }

            if (!firsts.TryAdd(Injected(stages[i]), i))
            {
                int first = firsts[Injected(stages[i])];
                string same = stages[first] == stages[i] ? "is there already" : $"is the same as \"{stages[first].Name()}\"";
                Warn($"{field}[{i}]", $"\"{name}\" {same}, so the hook runs twice; remove one of them");
            }
        }
    }

    private void CheckTimeout(Rule rule)
    {
        if (rule.Hook is not { } hook || hook.Timeout is > 0 || rule.Stages.Count == 0)
        {
            return;
        }

        SupervisionSettings supervision = settings.Supervision;
        HookStage[] unlimited =
        [
            .. rule.Stages.Select(Injected).Distinct().Where(stage => stage != HookStage.Precreate && (stage == HookStage.StartContainer
                ? supervision.Stages.Count == 0
                : !supervision.Stages.Contains(stage))),
        ];
        string what = hook.Timeout is { } seconds ? $"is {seconds}, which is none" : "is missing";
        if (unlimited.Length > 0)
        {
            string where = string.Join(", ", unlimited.Select(stage => stage.Name()));
            Warn(
                fields.Is010 ? null : "hook.timeout",
                fields.Is010
                    ? $"has no timeout, as format 0.1.0 has none, and {where} is not supervised: nothing ends a hook that hangs; "
                        + "use format 1.0.0"
                    : $"{what}, and {where} is not supervised: nothing ends a hook that hangs; give the seconds it may take");
        }
        else if (!fields.Is010)
        {
            string limit = $"the {supervision.Timeout.TotalSeconds} s of hookTimeout apply";
            Warn("hook.timeout", $"{what}: {limit}; give the seconds that this hook may take");
        }
    }

    private static HookStage Injected(HookStage stage) => stage == HookStage.Prestart ? HookStage.CreateRuntime : stage;

    private void Warn(string? field, string message) => diagnostics.Add(new Diagnostic(Severity.Warning, file, field, message));
}
