using System.CommandLine;

namespace HookCtl.Commands.Seccomp;

/// <summary><c>hookctl seccomp</c>: which system calls containers make, and profiles that allow no others.</summary>
internal static class SeccompCommand
{
    internal static Command Make() => new("seccomp", "Record the system calls of containers, and make seccomp profiles of them")
    {
        SeccompOptions.Store,
        RecordCommand.Make(),
        ShowCommand.Make(),
        MergeCommand.Make(),
        DiffCommand.Make(),
        ExportCommand.Make(),
        EnforceCommand.Make(),
        DenialsCommand.Make(),
    };
}
