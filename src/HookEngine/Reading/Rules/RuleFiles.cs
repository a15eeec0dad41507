using System.Globalization;
using System.Text;
using System.Text.Json;
using HookEngine.Model;
using Json;
using Linux;
using Linux.Paths;

namespace HookEngine.Reading.Rules;

/// <summary>
/// Lists and reads rule files: so many, no larger than so, and none that others than root may change, or a directory above. What is wrong
/// is noted.
/// </summary>
internal sealed class RuleFiles(TrustPolicy trust, PathWalk walk, List<Diagnostic> diagnostics)
{
    /// <summary>The bounds: of one file and of all together in bytes, of a directory's entries, and of all files.</summary>
    private const int SizeLimit = 4 * 1024 * 1024;
    private const long TotalLimit = 64 * 1024 * 1024;
    private const int EntryLimit = 100_000;
    private const int FileLimit = 10_000;

    /// <summary>How often, and how far apart, a file is read again that is not JSON.</summary>
    private const int Rereads = 4;
    private const uint RereadMicroseconds = 10_000;

    private int _count;
    private long _bytes;

    /// <summary>Makes something of a text; it throws <see cref="JsonException"/> if the text is not JSON.</summary>
    internal delegate void Use(ReadOnlySpan<byte> json);

    internal PathWalk Walk => walk;

    /// <summary>How many files and bytes there were so far.</summary>
    internal (int Count, long Bytes) Counted
    {
        get => (_count, _bytes);
        set => (_count, _bytes) = value;
    }

    /// <summary>Notes that a directory cannot be read as a whole.</summary>
    internal void AddUnstable(FilePath directory) =>
        Note(directory, $"is being changed all the time, so that its rules cannot be told; let it rest");

    /// <summary>What is in a directory. Null if it does not exist, or cannot be used, which is noted.</summary>
    internal RuleListing? List(FilePath directory)
    {
        if (Open(directory, out List<byte[]>? names) is not { } opened)
        {
            return null;
        }

        // A directory has no order of its own; messages should have one.
        names!.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
        var files = new List<FilePath>(names.Count);
        FilePath? namespaces = null;
        foreach (byte[] name in names)
        {
            if (name.AsSpan().EndsWith(".json"u8))
            {
                files.Add(directory.Combine(name));
            }
            else if (name.AsSpan().SequenceEqual(RuleListing.NamespaceDirectory))
            {
                namespaces = directory.Combine(name);
            }
        }

        _count += files.Count;
        if (_count > FileLimit)
        {
            Note(directory, $"brings the rule files to more than the {FileLimit} allowed; take some away");
            return null;
        }

        return new RuleListing(opened, files, namespaces);
    }

    /// <summary>The namespaces that have a directory here.</summary>
    internal IEnumerable<string> Namespaces(FilePath directory)
    {
        var found = new List<string>();
        if (Open(directory, out List<byte[]>? names) is not null)
        {
            foreach (byte[] name in names!)
            {
                string text = Encoding.UTF8.GetString(name);
                if (RuleListing.IsNamespaceName(text))
                {
                    found.Add(text);
                }
                else
                {
                    diagnostics.Add(new Diagnostic(
                        Severity.Warning, directory.Combine(name).ToString(), null, "is no name of a namespace, and is passed over; rename it"));
                }
            }
        }

        return found;
    }

    /// <summary>
    /// Has a file's text used. What is wrong with it is noted, but not that it is not there: it is a dangling link, or was removed.
    /// </summary>
    /// <param name="directory">The directory it is in; null if it is to be found by its path alone.</param>
    /// <param name="path">Its path.</param>
    /// <param name="use">Uses it.</param>
    /// <returns>
    /// Why it cannot be read; null if it could. <see cref="Libc.ESTALE"/> if it has lost its name since the directory was read: it may have
    /// another now.
    /// </returns>
    internal FileError? Read(WalkedDirectory? directory, FilePath path, Use use)
    {
        for (int attempt = 0; ; attempt++)
        {
            using NativeBuffer? json = Read(directory, path, out string? violation, out FileError error);
            if (json is null)
            {
                if (error.Errno is not (Libc.ENOENT or Libc.ESTALE))
                {
                    Note(path, $"{error.Text}; {error.Advice("fix or remove it")}");
                }

                return error;
            }

            // A warning is enough once.
            if (!(attempt > 0 && trust == TrustPolicy.Warn) && !Accept(path, violation))
            {
                return null;
            }

            _bytes += json.Length;
            if (_bytes > TotalLimit)
            {
                Note(path, $"brings the rule files to more than the {TotalLimit} bytes allowed; take some away");
                return null;
            }

            try
            {
                use(json.Span);
                return null;
            }
            catch (JsonException syntax)
            {
                // An editor may be just writing it.
                if (attempt == Rereads)
                {
                    JsonProblem problem = GoJson.Describe(json.Span, syntax);
                    diagnostics.Add(new Diagnostic(
                        Severity.Error, path.ToString(), null, problem.Text + "; fix it there", problem.Line, problem.Column));
                    return null;
                }
            }

            _bytes -= json.Length;
            _ = Libc.usleep(RereadMicroseconds);
        }
    }

    private NativeBuffer? Read(WalkedDirectory? directory, FilePath path, out string? violation, out FileError error)
    {
        NativeBuffer? json = directory is null ? walk.ReadFile(null, path, SizeLimit, out violation, out error)
            : ReadEntry(directory, path, out violation, out error);

        // It was there when the directory was listed: it may be there by another name.
        error = directory is not null && error.IsNoName ? error with { Errno = Libc.ESTALE } : error;
        return json;
    }

    private NativeBuffer? ReadEntry(WalkedDirectory directory, FilePath path, out string? violation, out FileError error)
    {
        byte[] name = [.. path.Name, 0];
        NativeBuffer? json = walk.ReadEntry(directory, name, SizeLimit, out FileStatus status, out error);
        if (error.Errno == Libc.ELOOP)
        {
            return walk.ReadFile(directory, path, SizeLimit, out violation, out error);
        }

        violation = json is null ? null : walk.EntryViolation(directory, name, status);
        return json;
    }

    private WalkedDirectory? Open(FilePath path, out List<byte[]>? names)
    {
        names = walk.ReadNames(path, EntryLimit, out WalkedDirectory? directory, out string? violation, out FileError error);
        if (directory is not null && !Accept(path, violation ?? Ownership.OpenTo(directory.Status, directory.Path)))
        {
            return null;
        }

        if (names is null && !error.IsNoName)
        {
            Note(path, $"{error.Text}; {error.Advice("fix it, or take it out of hooksDirs")}");
        }

        return names is null ? null : directory;
    }

    /// <summary>Whether a file or directory is used that others may change.</summary>
    private bool Accept(FilePath path, string? violation)
    {
        if (trust.Evaluate(path, violation) is not { } distrust)
        {
            return true;
        }

        diagnostics.Add(distrust);
        return distrust.Severity == Severity.Warning;
    }

    private void Note(FilePath path, FormattableString problem) => diagnostics.Add(new Diagnostic(
        Severity.Error, path.ToString(), null, problem.ToString(CultureInfo.InvariantCulture)));
}
