using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IntegrationTests.Fixture;

/// <summary>Makes the tests' own process, and with it all that it starts, the same on every machine and for every user.</summary>
internal static partial class Machine
{
    /// <summary>What changes what programs say, or which engine a client talks to.</summary>
    private static readonly string[] s_personal =
    [
        "LANG", "LANGUAGE", "TZ", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "BASH_ENV", "ENV", "CDPATH", "POSIXLY_CORRECT",
        "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "CONTAINER_HOST", "CONTAINERD_ADDRESS", "CONTAINERD_NAMESPACE",
        "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "SYSTEMD_COLORS", "SYSTEMD_PAGER", "PAGER",
    ];

    [ModuleInitializer]
    internal static void Settle()
    {
        // With the 002 of many users, whatever a test writes could be written by a group, and no rule of it be trusted.
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
