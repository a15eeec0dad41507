using System.CommandLine;
using HookCtl.Output;
using SeccompProfiles.Profiles;

namespace HookCtl.Commands.Seccomp;

/// <summary><c>hookctl seccomp export</c>: the profile that follows from a recording, for any engine.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> s_subject = SeccompOptions.Subject();

    internal static Command Make()
    {
        var command = new Command("export", "Print a recording's seccomp profile, for Docker, Podman, Kubernetes and config.json alike")
        {
            s_subject, SeccompOptions.Exact, SeccompOptions.Ceiling, SeccompOptions.Output,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult line)
    {
        SeccompProfile profile = SeccompOptions.Profile(line, SeccompOptions.Recordings(line).Find(line.GetValue(s_subject)!));
        SeccompOptions.WriteOut(line, ProfileJson.Write(profile));
        return ExitCode.Fine;
    }
}
