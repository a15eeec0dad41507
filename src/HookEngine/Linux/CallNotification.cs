using System.Runtime.InteropServices;

namespace HookEngine.Linux;

/// <summary>
/// A system call that a filter holds up until somebody says what becomes of it, struct seccomp_notif of seccomp_unotify(2).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CallNotification
{
    internal const int ArgumentCount = 6;

    /// <summary>Names it as long as the call waits.</summary>
    internal ulong Id;

    /// <summary>The thread that makes it, in the reader's process namespace; 0 if it is in none that the reader sees.</summary>
    internal uint Thread;

    internal uint Flags;

    internal int Number;

    /// <summary>The ABI, AUDIT_ARCH_X86_64 and the like of linux/audit.h.</summary>
    internal uint Architecture;

    internal ulong InstructionPointer;

    internal fixed ulong Arguments[ArgumentCount];
}
