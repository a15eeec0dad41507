using HookEngine.Linux;

namespace HookEngine.Rules;

/// <summary>Reads the rule files of one directory.</summary>
internal sealed class RuleDirectory(
    FilePath directory, MissingHook missingHook, List<Diagnostic> diagnostics, List<SkippedRule> skipped)
{
    internal List<Rule> Read()
    {
        var rules = new List<Rule>();
        foreach (FilePath path in Files(directory, diagnostics))
        {
            Rule? rule = null;
            RuleFile.Read(path, diagnostics, json => rule = ParseRule(path, json));
            if (rule is not null)
            {
                rules.Add(rule);
            }
        }

        return rules;
    }

    /// <summary>The files of a directory that are rules, by name; none if it does not exist.</summary>
    internal static List<FilePath> Files(FilePath directory, List<Diagnostic> diagnostics)
    {
        List<byte[]>? names = DirectoryListing.Read(directory, ".json"u8, out FileError error);
        if (names is null)
        {
            if (error.Errno != Libc.ENOENT)
            {
                string problem = $"{error.Text}; mend it, or take it out of hooksDirs";
                diagnostics.Add(new Diagnostic(Severity.Error, directory.ToString(), null, problem));
            }

            return [];
        }

        // A directory has no order of its own; messages should have one.
        names.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
        return names.ConvertAll(name => directory.Combine(name));
    }

    private Rule? ParseRule(FilePath path, ReadOnlySpan<byte> json)
    {
        var parser = new RuleParser(path.ToString(), diagnostics);
        Rule? rule = parser.Parse(path, json, FindHook, out string? missing);
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

    /// <summary>Whether a hook's program is there, as far as the reference looks.</summary>
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

        int error = Libc.Errno;
        return error == Libc.ENOENT
            ? new HookPresence(true, null)
            : new HookPresence(false, $"cannot be examined: {Libc.ErrorText(error)}; give the path of a program");
    }
}
