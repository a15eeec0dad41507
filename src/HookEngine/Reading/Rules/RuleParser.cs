using System.Text;
using HookEngine.Model;
using Json;
using Linux;
using Re2;

namespace HookEngine.Reading.Rules;

/// <summary>
/// Parses the text of a rule file, oci-hooks(5): first the version, then the fields of that format, then their values. It reports all
/// errors of a step, not only the first.
/// </summary>
internal sealed class RuleParser
{
    private readonly FilePath _file;
    private readonly List<Diagnostic> _diagnostics;
    private readonly int _first;
    private bool _failed;

    internal RuleParser(FilePath file, List<Diagnostic> diagnostics)
    {
        _file = file;
        _diagnostics = diagnostics;
        _first = diagnostics.Count;
    }

    /// <summary>The format of the parsed text; null if it is unknown.</summary>
    internal string? Version { get; private set; }

    /// <summary>
    /// Returns the rule in <paramref name="json"/>. Returns null if it is invalid, which adds errors, or if its hook is missing.
    /// </summary>
    internal Rule? Parse(ReadOnlySpan<byte> json, Func<string, HookPresence> findHook, out string? missingHook)
    {
        missingHook = null;
        RuleFields? fields = RuleFormat100.TryRead(json, this);
        Version = fields is null ? ReadVersion(json) : RuleFormat100.Version;
        if (Version == RuleFormatOciHooks1.Version)
        {
            return new RuleFormatOciHooks1(_file, this, findHook).Read(json, out missingHook);
        }

        fields ??= Version switch
        {
            null => null,
            RuleFormat100.Version => RuleFormat100.Read(json, this),
            _ => RuleFormat010.Read(json, this),
        };
        Rule? rule = fields is null || _failed ? null : Validate(Version!, fields, findHook, out missingHook);
        Locate(json);
        return rule;
    }

    /// <summary>Adds the position in the text to this file's diagnostics that have a field but no position.</summary>
    internal void Locate(ReadOnlySpan<byte> json)
    {
        if (Version == RuleFormatOciHooks1.Version)
        {
            return;
        }

        RuleFieldMap? map = null;
        LineStarts? lines = null;
        for (int i = _first; i < _diagnostics.Count; i++)
        {
            if (_diagnostics[i] is { Line: null, Field: { } field })
            {
                map ??= RuleFieldMap.Of(json, Version == RuleFormat010.Version);
                lines ??= new LineStarts(json);
                (long line, long column) = lines.PositionOf(map.OffsetOf(field));
                _diagnostics[i] = _diagnostics[i] with { Line = line, Column = column };
            }
        }
    }

    /// <summary>Adds an error in a field.</summary>
    internal void Error(string? field, string message, long? line = null, long? column = null)
    {
        _failed = true;
        _diagnostics.Add(new Diagnostic(Severity.Error, _file.ToString(), field, message, line, column));
    }

    /// <summary>Adds the errors that a decoder found.</summary>
    internal void Errors(List<FieldProblem> problems)
    {
        foreach (FieldProblem problem in problems)
        {
            Error(problem.Field, problem.Text, problem.Line, problem.Column);
        }
    }

    private string? ReadVersion(ReadOnlySpan<byte> json)
    {
        var decoder = new GoDecoder(json);
        string? version = null;
        if (decoder.EnterObject("the file"))
        {
            while (decoder.NextKey(out string key))
            {
                if (key == "version")
                {
                    decoder.ReadString("version", ref version);
                }
                else
                {
                    decoder.Skip();
                }
            }
        }

        decoder.Finish();
        Errors(decoder.Problems);
        if (_failed)
        {
            return null;
        }

        switch (version)
        {
            case RuleFormat100.Version or RuleFormatOciHooks1.Version:
                return version;
            case RuleFormat010.Version or "" or null:
                return RuleFormat010.Version;
            default:
                Error("version", $"is \"{version}\"; it must be \"ocihooks/1\", \"1.0.0\" or \"0.1.0\"");
                return null;
        }
    }

    private Rule? Validate(string version, RuleFields fields, Func<string, HookPresence> findHook, out string? missingHook)
    {
        missingHook = null;
        string pathField = version == RuleFormat010.Version ? "hook" : "hook.path";
        if (string.IsNullOrEmpty(fields.Path))
        {
            Error(pathField, "is missing; give the absolute path of a program");
        }
        else
        {
            HookPresence presence = findHook(fields.Path);
            if (presence.Missing)
            {
                missingHook = fields.Path;
                return null;
            }

            if (presence.Problem is not null)
            {
                Error(pathField, $"\"{fields.Path}\" {presence.Problem}");
            }
        }

        var when = new Conditions(
            fields.AnySuffices, fields.Always, fields.HasBindMounts, AnnotationPatterns(fields), CommandPatterns(fields));
        List<HookStage> stages = Stages(fields);
        var hook = new Hook(fields.Path ?? "", NullIfEmpty(fields.Args), NullIfEmpty(fields.Env), fields.Timeout);
        return _failed ? null : new Rule(Encoding.UTF8.GetString(_file.Name), _file, version, hook, stages, when);
    }

    private List<HookStage> Stages(RuleFields fields)
    {
        var stages = new List<HookStage>(fields.Stages?.Count ?? 0);
        if (fields.Stages is null)
        {
            Error(fields.StagesField, $"is missing; list one or more of {string.Join(", ", HookStages.SharedNames)}");
            return stages;
        }

        for (int i = 0; i < fields.Stages.Count; i++)
        {
            if (HookStages.ParseShared(fields.Stages[i]) is { } stage)
            {
                stages.Add(stage);
            }
            else
            {
                Error($"{fields.StagesField}[{i}]", $"\"{fields.Stages[i]}\" is no stage; use {string.Join(", ", HookStages.SharedNames)}");
            }
        }

        return stages;
    }

    private List<AnnotationPattern> AnnotationPatterns(RuleFields fields)
    {
        var patterns = new List<AnnotationPattern>();
        if (fields.Annotations is null)
        {
            return patterns;
        }

        foreach ((string key, string value) in fields.Annotations)
        {
            string field = fields.AnnotationsField + (fields.AnySuffices ? "" : $".{key}");
            Re2Pattern? keyPattern = Pattern(field + RuleFieldMap.KeySuffix, key);
            Re2Pattern? valuePattern = Pattern(field, value);
            if (keyPattern is not null && valuePattern is not null)
            {
                patterns.Add(new AnnotationPattern(keyPattern, valuePattern));
            }
        }

        return patterns;
    }

    private List<Re2Pattern> CommandPatterns(RuleFields fields)
    {
        int count = fields.Commands?.Count ?? 0;
        var patterns = new List<Re2Pattern>(count);
        for (int i = 0; i < count; i++)
        {
            if (Re2Pattern.Parse(fields.Commands![i], out string? error) is { } pattern)
            {
                patterns.Add(pattern);
            }
            else
            {
                AddPattern($"{fields.CommandsField}[{i}]", error);
            }
        }

        return patterns;
    }

    /// <summary>Whether there are no errors so far.</summary>
    internal bool IsSound => !_failed;

    private Re2Pattern? Pattern(string field, string text)
    {
        Re2Pattern? pattern = Re2Pattern.Parse(text, out string? error);
        if (pattern is null)
        {
            AddPattern(field, error);
        }

        return pattern;
    }

    private void AddPattern(string field, string? error) => Error(field, $"is not a regular expression: {error}; write it in RE2 syntax");

    private static List<string>? NullIfEmpty(List<string>? list) => list is { Count: > 0 } ? list : null;
}
