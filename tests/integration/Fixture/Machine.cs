using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IntegrationTests.Fixture;

/// <summary>Gives the tests' process, and the programs it starts, the same surroundings on every machine and for every user.</summary>
internal static partial class Machine
{
    /// <summary>The variables that change the output of programs, or the engine that a client uses.</summary>
    private static readonly string[] s_personal =
    [
        "LANG", "LANGUAGE", "TZ", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "BASH_ENV", "ENV", "CDPATH", "POSIXLY_CORRECT",
        "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "CONTAINER_HOST", "CONTAINERD_ADDRESS", "CONTAINERD_NAMESPACE",
        "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "SYSTEMD_COLORS", "SYSTEMD_PAGER", "PAGER",
    ];

    [ModuleInitializer]
    internal static void Settle()
    {
        // Many users have the mask 002. A group could then write the tests' files, and the wrapper would trust no rule of them.
        const uint UsualMask = 0x12;
        _ = umask(UsualMask);
        foreach (string name in s_personal)
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        Environment.SetEnvironmentVariable("LC_ALL", "C.UTF-8");
    }

    [LibraryImport("libc")]
    private static partial uint umask(uint mask);
}
