using HookEngine.Deciding.Trust;
using HookEngine.Model;
using Linux;

namespace HookEngine.Deciding.Lint;

/// <summary>Warns of a hook's program that cannot run, and tells of one that is not to be trusted.</summary>
internal static class HookProgramLint
{
    private const uint AnyExecute = 0x49;

    internal static IEnumerable<(Severity Severity, string Message)> Check(
        string path, string? sha256, HookStage[] stages, MissingHook missingHook, HookTrust trust)
    {
        bool inContainer = stages.Contains(HookStage.StartContainer);
        if (!path.StartsWith('/'))
        {
            yield return (Severity.Warning, $"\"{path}\" is looked for from the working directory of whoever makes the container; "
                + "give an absolute path");
            yield break;
        }

        var program = new FilePath(path);
        bool exists = Stat(program, out FileStatus status);
        if (!exists)
        {
            // What else can go wrong is an error already.
            if (Libc.Errno == Libc.ENOENT)
            {
                yield return Missing(path, inContainer, missingHook);
            }

            yield break;
        }

        if (inContainer)
        {
            yield return (Severity.Warning, $"\"{path}\" exists on the host, but startContainer runs that of the container; "
                + "see to it that each container it is for has it");
        }

        // Where it is the container's program only, the host's does not matter.
        if (!inContainer || stages.Distinct().Skip(1).Any())
        {
            foreach (string message in Defects(program, status))
            {
                yield return (Severity.Warning, message);
            }

            foreach (HookProblem problem in trust.Check(path, sha256, mayBeMissing: false))
            {
                yield return (problem.Severity, problem.Message);
            }
        }
    }

    /// <summary>What is known of a file. False, with errno, if nothing is.</summary>
    internal static unsafe bool Stat(FilePath path, out FileStatus status)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.Stat(name, out status);
        }
    }

    private static (Severity Severity, string Message) Missing(string path, bool inContainer, MissingHook missingHook)
    {
        string where = inContainer ? " on the host, where it is looked for although startContainer runs that of the container" : "";
        return missingHook == MissingHook.Fail
            ? (Severity.Error, $"\"{path}\" does not exist{where}; install it, remove the rule, or set onMissingHook to \"skip\"")
            : (Severity.Warning, $"\"{path}\" does not exist{where}, so the rule is left out; install it, or remove the rule");
    }

    private static IEnumerable<string> Defects(FilePath program, FileStatus status)
    {
        if (!status.IsRegular)
        {
            yield return $"\"{program}\" is {(status.IsDirectory ? "a directory" : "not a regular file")}; give the path of a program";
        }
        else if ((status.Permissions & AnyExecute) == 0)
        {
            yield return $"\"{program}\" is not executable; make it so: chmod a+x";
        }
    }
}
