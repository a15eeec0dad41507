using System.Text;
using System.Text.Json;
using HookEngine.Json;
using HookEngine.Linux;

namespace HookEngine.Rules;

/// <summary>Reads the rule files of one directory.</summary>
internal sealed class RuleDirectory(
    FilePath directory, MissingHook missingHook, List<Diagnostic> diagnostics, List<SkippedRule> skipped)
{
    private const int FileSizeLimit = 4 * 1024 * 1024;

    /// <summary>How often, and how far apart, a file is read again that is not JSON.</summary>
    private const int Rereads = 4;
    private const uint RereadMicroseconds = 10_000;

    internal List<Rule> Read()
    {
        var rules = new List<Rule>();
        List<byte[]>? names = DirectoryListing.Read(directory, ".json"u8, out FileError error);
        if (names is null)
        {
            if (error.Errno != Libc.ENOENT)
            {
                Error(directory, $"{error.Text}; mend it, or take it out of hooksDirs");
            }

            return rules;
        }

        // A directory has no order of its own; messages should have one.
        names.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
        foreach (byte[] name in names)
        {
            if (ReadRule(Encoding.UTF8.GetString(name), directory.Combine(name)) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return rules;
    }

    private Rule? ReadRule(string name, FilePath path)
    {
        for (int attempt = 0; ; attempt++)
        {
            using NativeBuffer? json = RegularFile.Read(path, FileSizeLimit, out FileError error);
            if (json is null)
            {
                // Not there: a dangling link, or removed since the directory was read.
                if (error.Errno != Libc.ENOENT)
                {
                    Error(path, $"{error.Text}; mend or remove it");
                }

                return null;
            }

            try
            {
                return ParseRule(name, path, json.Span);
            }
            catch (JsonException syntax)
            {
                // An editor may be just writing it.
                if (attempt == Rereads)
                {
                    JsonProblem problem = GoJson.Describe(json.Span, syntax);
                    Error(path, problem.Text + "; mend it there", problem);
                    return null;
                }
            }

            _ = Libc.usleep(RereadMicroseconds);
        }
    }

    private Rule? ParseRule(string name, FilePath path, ReadOnlySpan<byte> json)
    {
        Rule? rule = new RuleParser(path.ToString(), diagnostics).Parse(name, path, json, FindHook, out string? missing);
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
            diagnostics.Add(new Diagnostic(
                Severity.Error, path.ToString(), "hook", $"\"{missing}\" does not exist; install it, remove the rule, or set onMissingHook to \"skip\""));
        }

        return null;
    }

    private void Error(FilePath file, string message, JsonProblem? place = null) =>
        diagnostics.Add(new Diagnostic(Severity.Error, file.ToString(), null, message, place?.Line, place?.Column));

    private static unsafe HookPresence FindHook(string path)
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
