using System.Globalization;
using System.Text;
using System.Text.Json;
using HookEngine.Model;
using Json;
using Linux;
using Linux.Paths;

namespace HookEngine.Reading.Rules;

/// <summary>
/// Lists and reads rule files. It limits their number and size, and applies the trust policy to each file and the directories above it. It
/// adds a diagnostic for each problem.
/// </summary>
internal sealed class RuleFiles(TrustPolicy trust, PathWalk walk, List<Diagnostic> diagnostics)
{
    /// <summary>The limits: bytes in one file, bytes in all files, entries in a directory, and the number of files.</summary>
    private const int SizeLimit = 4 * 1024 * 1024;
    private const long TotalLimit = 64 * 1024 * 1024;
    private const int EntryLimit = 100_000;
    private const int FileLimit = 10_000;

    /// <summary>How often, and after what delay, to read a file again that is not JSON.</summary>
    private const int Rereads = 4;
    private const uint RereadMicroseconds = 10_000;

    private int _count;
    private long _bytes;

    /// <summary>Uses a text. It throws <see cref="JsonException"/> if the text is not JSON.</summary>
    internal delegate void Use(ReadOnlySpan<byte> json);

    internal PathWalk Walk => walk;

    /// <summary>The number of files and bytes so far.</summary>
    internal (int Count, long Bytes) Counted
    {
        get => (_count, _bytes);
        set => (_count, _bytes) = value;
    }

    /// <summary>Adds an error for a directory that changes too often to be read as a whole.</summary>
    internal void AddUnstable(FilePath directory) =>
        Note(directory, $"is being changed all the time, so that its rules cannot be told; let it rest");

    /// <summary>Lists a directory. Returns null if it does not exist, or if it cannot be used, which adds an error.</summary>
    internal RuleListing? List(FilePath directory)
    {
        if (Open(directory, out List<byte[]>? names) is not { } opened)
        {
            return null;
        }

        // The order of directory entries is arbitrary. Sort them so that messages have a fixed order.
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

    /// <summary>Returns the namespaces that have a directory here.</summary>
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
    /// Passes a file's text to a delegate. It adds an error for any problem except a missing file: that is a dangling link, or was removed.
    /// </summary>
    /// <param name="directory">The directory of the file; null to find it by its path alone.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="use">The delegate.</param>
    /// <returns>
    /// Why the file cannot be read; null if it was read, even if it was not used. <see cref="Libc.ESTALE"/> if it lost its name after the
    /// directory was listed: it may have another name now.
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

            // Warn only once.
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
                // An editor may be writing the file now.
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

        // The file existed when the directory was listed, so it may have another name now.
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

    /// <summary>Whether to use a file or directory that others may change. Adds the diagnostic.</summary>
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
