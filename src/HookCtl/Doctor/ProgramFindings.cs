using HookEngine.Linux;
using HookEngine.Rules.Lint;

namespace HookCtl.Doctor;

/// <summary>Whether a program that root runs can be changed by others.</summary>
internal static class ProgramFindings
{
    /// <summary>A problem for each way in which others than root can put something else in the program's place.</summary>
    internal static IEnumerable<Finding> OfTrust(string check, FilePath program)
    {
        if (!HookProgramLint.Stat(program, out FileStatus status))
        {
            yield break;
        }

        if (ProgramTrust.Writers(status) is { } writers)
        {
            yield return Finding.Problem(
                check, $"{program} can be written by {writers}, who can so run what they like as root", $"chmod go-w {program}");
        }

        if (status.User != 0)
        {
            yield return Finding.Problem(
                check, $"{program} belongs to user {status.User}, who can so run what they like as root", $"chown root {program}");
        }

        foreach (FilePath directory in ProgramTrust.DirectoriesOnTheWay(program))
        {
            if (!HookProgramLint.Stat(directory, out FileStatus found))
            {
                continue;
            }

            if (ProgramTrust.IsOpenDirectory(found))
            {
                yield return Finding.Problem(
                    check, $"{directory}, where {program} is, can be written by everyone, who can so replace it", $"chmod o-w {directory}");
            }

            if (found.User != 0)
            {
                yield return Finding.Problem(
                    check,
                    $"{directory}, where {program} is, belongs to user {found.User}, who can so replace it",
                    $"chown root {directory}, or install the program in a directory of root's");
            }
        }
    }
}
