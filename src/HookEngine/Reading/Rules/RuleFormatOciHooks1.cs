using System.Text;
using HookEngine.Model;
using Json;
using Linux;

namespace HookEngine.Reading.Rules;

/// <summary>
/// Reads a rule of format <c>ocihooks/1</c>, ocihooks-hooks.d(5). The format is strict: an unknown, null or repeated field is an error.
/// </summary>
internal sealed class RuleFormatOciHooks1(FilePath path, RuleParser parser, Func<string, HookPresence> findHook)
{
    internal const string Version = "ocihooks/1";

    private const string NoSha256 = "is not 64 hexadecimal digits in lower case; give what sha256sum prints for the program";

    private static readonly string[] s_names =
        ["version", "description", "order", "when", "hook", "stages", "prepend", "onFailure", "supervise", "log", .. RuleEditsReader.Names];

    private static readonly string[] s_hookNames = ["path", "args", "env", "timeout", "sha256"];

    private static readonly (string, HookFailurePolicy)[] s_failurePolicies =
        [("abort", HookFailurePolicy.Abort), ("continue", HookFailurePolicy.Continue)];

    private static readonly (string, LogLevel)[] s_logLevels =
    [
        ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error),
    ];

    private readonly RuleEditsReader _edits = new();
    private Selector? _when;
    private Hook? _hook;
    private string? _missingHook;
    private List<HookStage>? _stages;
    private long? _order;
    private bool? _prepend;
    private RulePolicy _policy = RulePolicy.None;

    /// <summary>Reads the rule. Returns null if it is invalid, which adds errors, or if its hook is missing.</summary>
    internal Rule? Read(ReadOnlySpan<byte> json, out string? missingHook)
    {
        var decoder = new GoDecoder(json, nullIsWrong: true);
        var names = new HashSet<string>(StringComparer.Ordinal);
        _ = decoder.EnterObject("the file");
        while (decoder.NextField("", names, out string name))
        {
            ReadField(ref decoder, name);
        }

        parser.Errors(decoder.Problems);
        Require(names, "when", "give conditions, or {\"always\": true} for every container");
        if (!_edits.IsGiven || names.Contains("hook") || names.Contains("stages"))
        {
            Require(names, "hook", "give a program, edits, or cdi");
            Require(names, "stages", $"list one or more of {string.Join(", ", HookStages.ExtendedNames)}");
        }

        if (_edits.IsPointless)
        {
            parser.Error("onConflict", "is about edits, and there are none; take it out, or give edits or cdi");
        }

        if (_policy.FindConflict(_stages ?? []) is { } conflict)
        {
            parser.Error(conflict.Field, conflict.Problem);
        }

        if (_hook?.Sha256 is not null && FindPinConflict() is { } problem)
        {
            parser.Error("hook.sha256", problem);
        }

        missingHook = parser.IsSound ? _missingHook : null;
        return parser.IsSound && missingHook is null
            ? new Rule(Encoding.UTF8.GetString(path.Name), path, Version, _hook, _stages ?? [], Conditions.Of(_when!))
            {
                Order = _order ?? 0,
                Prepends = _prepend ?? false,
                Policy = _policy,
                Edits = _edits.Edits,
            }
            : null;
    }

    private string? FindPinConflict() =>
        _stages?.Contains(HookStage.StartContainer) == true
            ? "pins the host's program, but startContainer runs the container's; take one of them away"
            : _policy.Supervise == false ? "is verified by the supervisor when the hook runs; leave out \"supervise\": false" : null;

    private void ReadField(ref GoDecoder decoder, string name)
    {
        switch (name)
        {
            case "version" or "description":
                string? text = null;
                decoder.ReadString(name, ref text);
                break;
            case "order":
                decoder.ReadInteger(name, ref _order);
                break;
            case "when":
                _when = SelectorReader.Read(ref decoder, name);
                break;
            case "hook":
                ReadHook(ref decoder);
                break;
            case "stages":
                ReadStages(ref decoder);
                break;
            case "prepend":
                decoder.ReadBoolean(name, ref _prepend);
                break;
            case "onFailure":
                _policy = _policy with { OnFailure = ReadChoice(ref decoder, name, s_failurePolicies) };
                break;
            case "supervise":
                bool? supervise = null;
                decoder.ReadBoolean(name, ref supervise);
                _policy = _policy with { Supervise = supervise };
                break;
            case "log":
                _policy = _policy with { Log = ReadChoice(ref decoder, name, s_logLevels) };
                break;

            // Editors find the schema by $schema.
            case "$schema":
                decoder.Skip();
                break;
            default:
                if (!_edits.TryRead(ref decoder, name))
                {
                    decoder.AddUnknown(name, name, s_names);
                }

                break;
        }
    }

    private void ReadHook(ref GoDecoder decoder)
    {
        string? program = null, sha256 = null;
        List<string>? args = null, env = null;
        long? timeout = null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        bool isObject = decoder.EnterObject("hook");
        while (isObject && decoder.NextField("hook.", names, out string name))
        {
            switch (name)
            {
                case "path":
                    decoder.ReadString("hook.path", ref program);
                    Check(ref decoder, program);
                    break;
                case "args":
                    decoder.ReadStrings("hook.args", ref args);
                    break;
                case "env":
                    env = ReadEnvironment(ref decoder);
                    break;
                case "timeout":
                    decoder.ReadInteger("hook.timeout", ref timeout);
                    decoder.AddProblemIf("hook.timeout", timeout <= 0, "is not above 0; give seconds, or leave it out for the settings' hookTimeout");
                    break;
                case "sha256":
                    decoder.ReadString("hook.sha256", ref sha256);
                    decoder.AddProblemIf("hook.sha256", sha256 is not null && !Sha256.IsText(sha256), NoSha256);
                    break;
                default:
                    decoder.AddUnknown($"hook.{name}", name, s_hookNames);
                    break;
            }
        }

        decoder.AddProblemIf("hook", isObject && !names.Contains("path"), "has no path; give the absolute path of a program");
        _hook = new Hook(program ?? "", args, env, timeout) { Sha256 = sha256 };
    }

    private void Check(ref GoDecoder decoder, string? program)
    {
        const string field = "hook.path";
        if (program is null)
        {
            return;
        }

        if (!program.StartsWith('/'))
        {
            decoder.AddProblem(field, $"\"{program}\" is not absolute; give the absolute path of a program");
            return;
        }

        HookPresence presence = findHook(program);
        _missingHook = presence.Missing ? program : null;
        decoder.AddProblemIf(field, presence.Problem is not null, $"\"{program}\" {presence.Problem}");
    }

    private List<string> ReadEnvironment(ref GoDecoder decoder)
    {
        var templates = new List<VariableTemplate>();
        var env = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        bool isObject = decoder.EnterObject("hook.env");
        while (isObject && decoder.NextField("hook.env.", names, out string name))
        {
            string? value = null;
            string field = $"hook.env.{name}";
            decoder.AddProblemIf(field, name.Length == 0 || name.AsSpan().ContainsAny('=', '\0'), "is no variable's name; it may not hold =");
            decoder.ReadString(field, ref value);
            decoder.AddProblemIf(field, value?.Contains('\0', StringComparison.Ordinal) == true, "holds a NUL character; take it out");
            string? problem = null;
            if (value is not null && VariableTemplate.Parse(name, value, out problem) is { } template)
            {
                templates.Add(template);
            }

            decoder.AddProblemIf(field, problem is not null, problem!);
            env.Add($"{name}={value}");
        }

        _policy = _policy with { Variables = templates };
        return env;
    }

    private void ReadStages(ref GoDecoder decoder)
    {
        _stages = [];
        if (!decoder.EnterArray("stages"))
        {
            return;
        }

        int count = 0;
        for (; decoder.NextElement(); count++)
        {
            string? name = null;
            string field = $"stages[{count}]";
            decoder.ReadString(field, ref name);
            HookStage? stage = name is null ? null : HookStages.ParseExtended(name);
            bool isStage = stage is not null;
            decoder.AddProblemIf(field, name is not null && !isStage, $"\"{name}\" is no stage; use {string.Join(", ", HookStages.ExtendedNames)}");
            decoder.AddProblemIf(field, isStage && _stages.Contains(stage!.Value), $"\"{name}\" is there twice; remove one of them");
            if (isStage)
            {
                _stages.Add(stage!.Value);
            }
        }

        decoder.AddProblemIf("stages", count == 0, "is empty; list one or more stages");
    }

    private static T? ReadChoice<T>(ref GoDecoder decoder, string field, (string Name, T Value)[] choices)
        where T : struct
    {
        string? name = null;
        decoder.ReadString(field, ref name);
        foreach ((string known, T value) in choices)
        {
            if (known == name)
            {
                return value;
            }
        }

        string wanted = string.Join(" or ", choices.Select(choice => $"\"{choice.Name}\""));
        decoder.AddProblemIf(field, name is not null, $"is \"{name}\"; use {wanted}");
        return null;
    }

    private void Require(HashSet<string> names, string name, string advice)
    {
        if (!names.Contains(name))
        {
            parser.Error(name, $"is missing; {advice}");
        }
    }
}
