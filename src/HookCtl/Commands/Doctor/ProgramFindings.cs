using Linux;
using Linux.Paths;

namespace HookCtl.Commands.Doctor;

/// <summary>Whether a program that root runs can be changed by others.</summary>
internal static class ProgramFindings
{
    /// <summary>A problem if others than root can put something else in the program's place: the first step of its path that lets them.</summary>
    internal static IEnumerable<Finding> OfTrust(string check, FilePath program)
    {
        var walk = new PathWalk();
        string? violation = walk.FindFile(program, out _)?.Violation;
        walk.Release();
        return violation is null
            ? []
            : [Finding.Of(check, FindingSeverity.Problem, $"{program} is run as root, and others can replace it: {violation}")];
    }
}
