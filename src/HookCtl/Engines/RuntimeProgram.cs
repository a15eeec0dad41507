using HookCtl.Files;
using HookCtl.Processes;
using Linux;

namespace HookCtl.Engines;

/// <summary>What engines take as a runtime: a program's path, and a name for it.</summary>
internal static class RuntimeProgram
{
    private const uint AnyExecute = 0x49; // --x--x--x

    /// <summary>The wrapper that is to be registered.</summary>
    internal static string Wrapper(string? named)
    {
        string found = named is not null ? Path.GetFullPath(named) : WrapperProgram.Find().ToString();
        Check(found, "--wrapper");
        return found;
    }

    /// <summary>Whether a registered program is a runc-wrap, be it there or not.</summary>
    internal static bool IsWrapper(string program) =>
        Path.GetFileName(program) == WrapperProgram.Name
        || (FileChange.Status(program) is { } status
            && FileChange.Status(WrapperProgram.Find().ToString()) is { } own
            && status.IsSameFileAs(own));

    /// <summary>The low-level runtime that somebody names: a name is looked for in PATH, a path is taken from here.</summary>
    internal static string LowLevel(string named, string wrapper)
    {
        string found = !named.Contains('/')
            ? ProgramSearch.FindAnywhere(named)
                ?? throw new OciHooksException($"--low-level: there is no {named} in PATH; install it, or give its path")
            : Path.GetFullPath(named);
        Check(found, "--low-level");
        return IsWrapper(found) || found == wrapper
            ? throw new OciHooksException($"--low-level: {found} is the wrapper itself; name the runtime that it is to call")
            : found;
    }

    /// <summary>Fails unless a path is a program's, and can be written in any engine's settings.</summary>
    internal static void Check(string path, string option)
    {
        if (FileChange.Status(path) is not { IsRegular: true } status || (status.Permissions & AnyExecute) == 0)
        {
            throw new OciHooksException($"{path}: is no executable file; name another with {option}");
        }

        if (path.AsSpan().IndexOfAny("\"\\ '") >= 0 || path.Any(char.IsControl))
        {
            throw new OciHooksException(
                $"{path}: has characters that engines take in different ways; put it into a directory with a plain name");
        }
    }

    /// <summary>Fails unless engines take a name for a runtime.</summary>
    internal static void CheckName(string name)
    {
        bool isPlain = name.Length > 0 && char.IsAsciiLetterOrDigit(name[0])
            && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-');
        if (!isPlain || name is "runc" or "crun" || name.StartsWith("io.containerd.", StringComparison.Ordinal))
        {
            throw new OciHooksException(
                $"--name: \"{name}\" cannot be the runtime's name; take letters, digits, _, . and -, and not an engine's own name");
        }
    }
}
