using System.Text;
using HookEngine.Deciding.Matching;
using HookEngine.Deciding.Planning;
using HookEngine.Deciding.Trust;
using HookEngine.Model;
using HookEngine.Reading.Rules;
using Linux;
using Linux.Paths;

namespace HookEngine.Deciding.Lint;

/// <summary>
/// Checks rule files: everything that makes <see cref="RuleSet"/> refuse them, and, as warnings, what is accepted but hardly meant.
/// </summary>
public sealed class RuleLint
{
    private readonly WrapperSettings _settings;
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly Dictionary<string, int> _order = new(StringComparer.Ordinal);
    private readonly Dictionary<(string? Namespace, string Name), Rule> _inEffect = [];
    private int _fileCount;
    private bool _allRead = true;

    private readonly RuleFiles _files;
    private readonly HookTrust _trust;
    private readonly EditSources _editFiles;
    private readonly List<FilePath> _namespaces = [];

    private RuleLint(WrapperSettings settings)
    {
        _settings = settings;
        _files = new RuleFiles(settings.Trust, new PathWalk(), _diagnostics);
        _trust = new HookTrust(settings, _files.Walk);
        _editFiles = new EditSources(settings, _files.Walk);
    }

    /// <summary>Checks the directories of the settings.</summary>
    public static CheckedRules CheckSettings(WrapperSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var lint = new RuleLint(settings);
        foreach (FilePath directory in settings.HooksDirs)
        {
            lint.CheckDirectory(directory, null);
        }

        return lint.Result();
    }

    /// <summary>Checks files and directories; these as if the settings named them in this order.</summary>
    public static CheckedRules Check(IEnumerable<FilePath> places, WrapperSettings settings)
    {
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(settings);
        var lint = new RuleLint(settings);
        foreach (FilePath place in places.DistinctBy(place => place.ToString()))
        {
            lint.CheckNamed(place);
        }

        return lint.Result();
    }

    private CheckedRules Result()
    {
        foreach (FilePath directory in _namespaces)
        {
            foreach (string name in _files.Namespaces(directory))
            {
                CheckDirectory(directory.Combine(Encoding.UTF8.GetBytes(name)), name);
            }
        }

        _files.Walk.Release();
        WarnOfEqualRules();
        return new CheckedRules(
            _fileCount,
            _allRead,
            [
                .. _diagnostics
                    .OrderBy(found => _order.GetValueOrDefault(found.File)).ThenBy(found => found.Line).ThenBy(found => found.Column),
            ]);
    }

    private void CheckNamed(FilePath place)
    {
        if (HookProgramLint.Stat(place, out FileStatus status) && status.IsDirectory)
        {
            int before = _diagnostics.Count;
            CheckDirectory(place, null);
            _allRead &= !_diagnostics.Skip(before).Any(found => found.File == place.ToString());
            return;
        }

        if (CheckFile(null, place, out _) is { } failure)
        {
            _allRead = false;
            if (failure.Errno == Libc.ENOENT)
            {
                Add(Severity.Error, place, $"{failure.Text}; give the path of a file or directory");
            }
        }
        else if (!place.Bytes.EndsWith(".json"u8))
        {
            Add(Severity.Warning, place, "is not used in a hooks directory, as its name does not end in .json; rename it");
        }
    }

    private void CheckDirectory(FilePath directory, string? kubernetesNamespace)
    {
        _order.TryAdd(directory.ToString(), _order.Count);
        if (_files.List(directory) is not { } listing)
        {
            return;
        }

        if (kubernetesNamespace is null && listing.Namespaces is { } namespaces)
        {
            _namespaces.Add(namespaces);
        }

        foreach (FilePath file in listing.Files)
        {
            FileError? failure = CheckFile(listing.Directory, file, out Rule? rule);
            if (failure is { Errno: Libc.ENOENT })
            {
                Add(Severity.Warning, file, "is a link that leads nowhere, and is passed over; fix or remove it");
            }

            if (rule is not null)
            {
                NoteReplacement(file, rule with { Namespace = kubernetesNamespace });
            }
        }
    }

    private void NoteReplacement(FilePath file, Rule rule)
    {
        // To switch a rule off, it is replaced on purpose.
        (string?, string) key = (rule.Namespace, Encoding.Latin1.GetString(file.Name));
        if (_inEffect.TryGetValue(key, out Rule? replaced) && rule.When.Always != false)
        {
            Add(Severity.Warning, file, $"replaces {replaced.Path}; rename it if both are meant");
        }

        _inEffect[key] = rule;
    }

    /// <summary>Checks a file; the rule is null if none is made of it, be it that it is broken or that its hook is missing.</summary>
    private FileError? CheckFile(WalkedDirectory? directory, FilePath file, out Rule? rule)
    {
        rule = null;
        if (!_order.TryAdd(file.ToString(), _order.Count))
        {
            return null;
        }

        _fileCount++;
        Rule? read = null;
        FileError? failure = _files.Read(directory, file, json => read = CheckText(file, json));
        rule = read;
        return failure;
    }

    private Rule? CheckText(FilePath file, ReadOnlySpan<byte> json)
    {
        var parser = new RuleParser(file, _diagnostics);

        // A rule whose hook is missing is checked to its end, too: the hook may come.
        bool hookIsMissing = false;
        Rule? rule = parser.Parse(
            json,
            hook =>
            {
                HookPresence presence = RuleDirectory.FindHook(hook);
                hookIsMissing = presence.Missing;
                return hookIsMissing ? default : presence;
            },
            out _);
        if (parser.Version == RuleFormatOciHooks1.Version)
        {
            CheckHook(file, rule);
            new EditsLint(file.ToString(), _editFiles, _trust, _diagnostics).Check(rule?.Edits);
        }
        else if (parser.Version is { } version)
        {
            RuleFieldMap fields = RuleFieldMap.Of(json, version == RuleFormat010.Version);
            new RuleTextLint(file.ToString(), fields, _diagnostics).Check(json);
            new RuleMeaningLint(file.ToString(), fields, _settings, _trust, _diagnostics).Check(rule);
            parser.Locate(json);
        }

        return hookIsMissing ? null : rule;
    }

    /// <summary>A strict format leaves little to warn of.</summary>
    private void CheckHook(FilePath file, Rule? rule)
    {
        if (rule?.Hook is null)
        {
            return;
        }

        Hook hook = rule.Hook;
        foreach ((Severity severity, string message) in
            HookProgramLint.Check(hook.Path, hook.Sha256, [.. rule.Stages], _settings.OnMissingHook, _trust))
        {
            _diagnostics.Add(new Diagnostic(severity, file.ToString(), "hook.path", message));
        }
    }

    private void WarnOfEqualRules()
    {
        var seen = new Dictionary<string, Rule>(StringComparer.Ordinal);
        foreach (Rule rule in _inEffect.Values.Where(rule => rule.When.Always != false && rule.Edits is null))
        {
            string content = Content(rule);
            if (!seen.TryAdd(content, rule))
            {
                Add(Severity.Warning, rule.Path, $"says the same as {seen[content].Path}, so that the hook runs twice; remove one of them");
            }
        }
    }

    /// <summary>All that a rule says, in one text.</summary>
    private static string Content(Rule rule) => string.Join('\0', [
        rule.Namespace ?? "", rule.Hook?.Path ?? "", $"{rule.Hook?.Timeout}", $"{rule.Policy.OnFailure} {rule.Policy.Supervise} {rule.Policy.Log}",
        "args", .. rule.Hook?.Args ?? [],
        "env", .. rule.Hook?.Env ?? [],
        "stages", .. rule.Stages.Select(stage => stage.Name()),
        $"when {rule.When.AnySuffices} {rule.When.Always} {rule.When.HasBindMounts}",
        "annotations", .. rule.When.Annotations.SelectMany(pattern => new[] { pattern.Key.ToString(), pattern.Value.ToString() }),
        "commands", .. rule.When.Commands.Select(pattern => pattern.ToString()),
        .. rule.When.Selector is { } selector
            ? Matcher.ConditionsOf(selector).SelectMany(condition => new[] { condition.Field, condition.Wanted })
            : []]);

    private void Add(Severity severity, FilePath file, string message) =>
        _diagnostics.Add(new Diagnostic(severity, file.ToString(), null, message));
}
