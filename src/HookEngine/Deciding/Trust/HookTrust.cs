using HookEngine.Model;
using HookEngine.Reading.Rules;
using Linux;
using Linux.Paths;

namespace HookEngine.Deciding.Trust;

/// <summary>
/// Whether hooks' programs may run: whether only root may change them and the interpreters of scripts, whether they are where the settings
/// allow hooks to be, and whether they are the files that rules pin.
/// </summary>
public sealed class HookTrust
{
    /// <summary>How many interpreters may be scripts themselves, execve(2).</summary>
    private const int MaxInterpreters = 5;

    /// <summary>How much of a script's first line the kernel reads, execve(2).</summary>
    private const int FirstLineLimit = 256;

    /// <summary>How large a file is that is hashed each time it runs, in bytes.</summary>
    private const long PinLimit = 1024 * 1024 * 1024;

    private readonly WrapperSettings _settings;
    private readonly PathWalk _walk;

    /// <summary>Hooks that rules chose, by the settings.</summary>
    public HookTrust(WrapperSettings settings, RuleSet rules)
        : this(settings, rules.Walk)
    {
    }

    internal HookTrust(WrapperSettings settings, PathWalk walk) => (_settings, _walk) = (settings, walk);

    /// <summary>Checks hooks that are to be injected.</summary>
    /// <param name="hooks">The hooks. One of startContainer is the container's own program, and not looked at.</param>
    /// <param name="source">Who asked for the hooks that no rule did.</param>
    /// <returns>What is worth a warning only.</returns>
    /// <exception cref="OciHooksException">One of them may not run.</exception>
    public IReadOnlyList<Diagnostic> EnsureUsable(IEnumerable<PlannedHook> hooks, string source)
    {
        var found = new List<Diagnostic>();
        var known = new Dictionary<string, List<HookProblem>>(StringComparer.Ordinal);
        foreach (PlannedHook planned in hooks)
        {
            if (planned.Stage == HookStage.StartContainer)
            {
                continue;
            }

            bool mayBeMissing = planned.Rule is null;
            string program = $"{mayBeMissing} {planned.Hook.Sha256} {planned.Hook.Path}";
            if (!known.TryGetValue(program, out List<HookProblem>? problems))
            {
                known[program] = problems = Check(planned.Hook.Path, planned.Hook.Sha256, mayBeMissing);
            }

            foreach (HookProblem problem in problems)
            {
                found.Add(new Diagnostic(problem.Severity, planned.Rule?.Path.ToString() ?? source, null, "its hook " + problem.Message));
            }
        }

        _walk.Release();
        if (found.Count == 0)
        {
            return found;
        }

        string errors = string.Join("; ", found.Where(problem => problem.Severity == Severity.Error).Distinct());
        return errors.Length == 0 ? [.. found.Distinct()] : throw new OciHooksException($"the hooks cannot be used: {errors}");
    }

    /// <summary>Everything that speaks against a program.</summary>
    /// <param name="path">The program.</param>
    /// <param name="sha256">What its rule pins it to.</param>
    /// <param name="mayBeMissing">Whether it may come later, as one that was named on the command line.</param>
    internal List<HookProblem> Check(string path, string? sha256, bool mayBeMissing)
    {
        var found = new List<HookProblem>();
        if (_settings.Trust == TrustPolicy.Off && _settings.AllowedHookDirs.Count == 0 && sha256 is null)
        {
            return found;
        }

        if (_walk.FindFile(new FilePath(path), out string? way, out FileError error) is not { } program)
        {
            // Whoever may put it there later would choose what runs.
            bool isOpen = _settings.AllowedHookDirs.Count == 0 && sha256 is null && (way is null || _settings.Trust == TrustPolicy.Off);
            if (error.Errno != Libc.ENOENT || !mayBeMissing || !isOpen)
            {
                string advice = way ?? error.Advice("install it, or fix what names it");
                found.Add(new HookProblem(Severity.Error, $"\"{path}\" {error.Text}, so that it cannot be judged; {advice}"));
            }

            return found;
        }

        if (_settings.Trust != TrustPolicy.Off && Violation(path, program) is { } violation)
        {
            Severity severity = _settings.Trust == TrustPolicy.Warn ? Severity.Warning : Severity.Error;
            found.Add(new HookProblem(severity, $"\"{path}\" is not to be trusted: {violation}"));
        }

        if (!IsAllowed(program.Directory))
        {
            string real = program.Path.ToString();
            string place = real == path ? "" : $", which is {real},";
            found.Add(new HookProblem(
                Severity.Error, $"\"{path}\"{place} is in none of the allowedHookDirs of the settings; move it there, or add its directory"));
        }

        if (sha256 is not null && PinProblem(program, sha256) is { } problem)
        {
            found.Add(new HookProblem(Severity.Error, $"\"{path}\" {problem}"));
        }

        return found;
    }

    private string? Violation(string path, WalkedFile program) => path.StartsWith('/')
        ? program.Violation ?? InterpreterViolation(program, 0)
        : "it is looked for from the working directory of whoever makes the container; give an absolute path";

    /// <summary>What lets others change the interpreter of a script, or that of the interpreter.</summary>
    private string? InterpreterViolation(WalkedFile program, int depth)
    {
        if (depth == MaxInterpreters || !program.Status.IsRegular)
        {
            return null;
        }

        int descriptor = _walk.OpenFile(program);
        if (descriptor < 0)
        {
            // A script that cannot be read cannot be run.
            return Libc.Errno == Libc.EACCES ? null : $"{program.Path} {FileError.FromErrno("cannot be opened").Text}; see to it that it can";
        }

        FilePath? named = Interpreter(descriptor, out FileError unread);
        _ = Libc.close(descriptor);
        if (unread.Errno != 0)
        {
            return $"{program.Path} {unread.Text}; see to it that it can";
        }

        if (named is not { } interpreter)
        {
            return null;
        }

        if (interpreter.Bytes is not [(byte)'/', ..])
        {
            return $"{program.Path} has {interpreter} for an interpreter; give an absolute path";
        }

        WalkedFile? found = _walk.FindFile(interpreter, out FileError error);
        return found is null
            ? $"its interpreter {interpreter} {error.Text}; {error.Advice("install it, or give another one")}"
            : found.Violation ?? InterpreterViolation(found, depth + 1);
    }

    /// <summary>The interpreter that a script's first line names; null if the file is none, or cannot be read.</summary>
    private static unsafe FilePath? Interpreter(int descriptor, out FileError error)
    {
        byte* line = stackalloc byte[FirstLineLimit];
        nint length = Libc.ReadAt(descriptor, line, FirstLineLimit, 0);
        error = length < 0 ? FileError.FromErrno("cannot be read") : default;
        var text = new ReadOnlySpan<byte>(line, (int)Math.Max(length, 0));
        if (!text.StartsWith("#!"u8))
        {
            return null;
        }

        text = text[2..].TrimStart(" \t"u8);
        int end = text.IndexOfAny(" \t\n\0"u8);
        return new FilePath(end < 0 ? text : text[..end]);
    }

    private bool IsAllowed(WalkedDirectory directory)
    {
        foreach (FilePath allowed in _settings.AllowedHookDirs)
        {
            if (_walk.FindDirectory(allowed, out _, out _) is { } found && directory.IsWithin(found))
            {
                return true;
            }
        }

        return _settings.AllowedHookDirs.Count == 0;
    }

    private string? PinProblem(WalkedFile program, string sha256)
    {
        if (program.Status.Size > PinLimit)
        {
            return $"is larger than the {PinLimit} bytes that a file with a sha256 may have; make it smaller, or take the sha256 away";
        }

        int descriptor = _walk.OpenFile(program);
        if (descriptor < 0)
        {
            return $"{FileError.FromErrno("cannot be opened").Text}; its sha256 is to be checked";
        }

        Span<byte> digest = stackalloc byte[Sha256.DigestLength];
        bool isRead = Sha256.HashFile(descriptor, digest);
        string? problem = isRead ? null : $"{FileError.FromErrno("cannot be read").Text}; its sha256 is to be checked";
        _ = Libc.close(descriptor);
        string found = Convert.ToHexStringLower(digest);
        return problem
            ?? (found == sha256 ? null : $"has SHA-256 {found}, not {sha256} as its rule says; put the program back, or fix the rule");
    }
}

/// <summary>Something that speaks against a program.</summary>
/// <param name="Severity">Whether it may run all the same.</param>
/// <param name="Message">What, and what to do; it begins with the program's path.</param>
internal sealed record HookProblem(Severity Severity, string Message);
