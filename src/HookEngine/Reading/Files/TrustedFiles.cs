using HookEngine.Model;
using Linux;
using Linux.Paths;

namespace HookEngine.Reading.Files;

/// <summary>Reads files and directories that must be as trusted as a rule. If the policy only warns, it records a warning.</summary>
/// <param name="trust">What to do about a file that others may change.</param>
/// <param name="walk">Resolves the paths.</param>
internal sealed class TrustedFiles(TrustPolicy trust, PathWalk walk)
{
    private readonly List<Diagnostic> _warnings = [];

    /// <summary>The warnings about the files that were read, each once. A file may be read twice.</summary>
    internal IReadOnlyList<Diagnostic> Warnings => [.. _warnings.Distinct()];

    /// <summary>Closes the directories that were opened to resolve paths.</summary>
    internal void Release() => walk.Release();

    /// <summary>Reads a file. Returns null, with the problem, if it cannot be used.</summary>
    internal NativeBuffer? Read(FilePath path, int limit, out FileError? problem)
    {
        NativeBuffer? content = walk.ReadFile(null, path, limit, out string? violation, out FileError error);
        problem = content is null ? error
            : Distrust(path, violation) is { } distrust ? new FileError(distrust, 0)
            : null;
        if (problem is not null)
        {
            content?.Dispose();
            return null;
        }

        return content;
    }

    /// <summary>Resolves all paths again from now on, because their targets have changed.</summary>
    internal void Forget() => walk.Forget();

    /// <summary>Returns the names in a directory; none, with the problem, if it is not trusted. A missing directory has none.</summary>
    /// <exception cref="OciHooksException">The directory cannot be read, so it is unknown which files it overrides.</exception>
    internal List<byte[]> ReadNames(FilePath path, int limit, out string? problem)
    {
        problem = null;
        List<byte[]>? names = walk.ReadNames(path, limit, out WalkedDirectory? directory, out string? violation, out FileError error);
        if (names is null)
        {
            return error.IsNoName
                ? []
                : throw new OciHooksException($"{path}: {error.Text}; {error.Advice("fix it, or take it out of cdiSpecDirs")}");
        }

        problem = Distrust(path, violation ?? Ownership.OpenTo(directory!.Status, directory.Path));
        return problem is null ? names : [];
    }

    /// <summary>Adds warnings.</summary>
    internal void Warn(IEnumerable<Diagnostic> problems) => _warnings.AddRange(problems);

    private string? Distrust(FilePath path, string? violation)
    {
        Diagnostic? distrust = trust.Evaluate(path, violation);
        if (distrust?.Severity == Severity.Warning)
        {
            _warnings.Add(distrust);
        }

        return distrust?.Severity == Severity.Error ? distrust.Message : null;
    }
}
