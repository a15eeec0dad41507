using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace UnitTests;

/// <summary>Makes the tests' process the same for every user.</summary>
internal static partial class Machine
{
    [ModuleInitializer]
    internal static void Settle()
    {
        // With the umask 002 of many users, a group could write the tests' files, and the program would not trust them.
        const uint UsualMask = 0x12;
        _ = umask(UsualMask);
    }

    [LibraryImport("libc")]
    private static partial uint umask(uint mask);
}
