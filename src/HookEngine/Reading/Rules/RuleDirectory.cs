using HookEngine.Model;
using Linux;

namespace HookEngine.Reading.Rules;

/// <summary>Reads the rule files of one directory.</summary>
internal sealed class RuleDirectory(
    RuleFiles files, MissingHook missingHook, List<Diagnostic> diagnostics, List<SkippedRule> skipped)
{
    private Func<string, HookPresence>? _findHook;

    /// <summary>The program of the last lookup. Many rules may have the same.</summary>
    private string? _program;
    private HookPresence _presence;

    /// <summary>Returns the rules of a directory. Null if a listed file no longer has its name, so that it must be listed again.</summary>
    /// <param name="listing">The directory's listing.</param>
    /// <param name="kubernetesNamespace">The namespace that the rules are limited to; null for no limit.</param>
    internal List<Rule>? Read(RuleListing listing, string? kubernetesNamespace)
    {
        var rules = new List<Rule>(listing.Files.Count);
        _findHook ??= FindHookOnce;

        // One delegate serves all files, to avoid an allocation per file.
        FilePath? path = null;
        Rule? rule = null;
        RuleFiles.Use parse = json => rule = ParseRule(path!, json);
        foreach (FilePath file in listing.Files)
        {
            path = file;
            rule = null;
            if (files.Read(listing.Directory, path, parse) is { Errno: Libc.ESTALE })
            {
                return null;
            }

            if (rule is not null)
            {
                rules.Add(kubernetesNamespace is null ? rule : rule with { Namespace = kubernetesNamespace });
            }
        }

        return rules;
    }

    private Rule? ParseRule(FilePath path, ReadOnlySpan<byte> json)
    {
        var parser = new RuleParser(path, diagnostics);
        Rule? rule = parser.Parse(json, _findHook!, out string? missing);
        if (missing is null)
        {
            return rule;
        }

        if (missingHook == MissingHook.Skip)
        {
            skipped.Add(new SkippedRule(path, missing));
        }
        else
        {
            parser.Error("hook", $"\"{missing}\" does not exist; install it, remove the rule, or set onMissingHook to \"skip\"");
            parser.Locate(json);
        }

        return null;
    }

    private HookPresence FindHookOnce(string path)
    {
        _presence = path == _program ? _presence : FindHook(path);
        _program = path;
        return _presence;
    }

    /// <summary>Returns whether a hook's program exists. Nothing else is checked, as in the reference implementation.</summary>
    internal static unsafe HookPresence FindHook(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return new HookPresence(false, "holds a NUL character; give the path of a program");
        }

        fixed (byte* name = new FilePath(path).Terminated)
        {
            if (Libc.Stat(name, out _))
            {
                return default;
            }
        }

        var error = FileError.FromErrno("cannot be examined");
        return error.Errno == Libc.ENOENT
            ? new HookPresence(true, null)
            : new HookPresence(false, $"{error.Text}; {error.Advice("give the path of a program")}");
    }
}
