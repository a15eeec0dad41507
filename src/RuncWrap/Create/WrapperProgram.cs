using System.Runtime.InteropServices;
using Linux;
using RuncWrap.PreRuntime;

namespace RuncWrap.Create;

/// <summary>The file this program was started from.</summary>
internal static unsafe class WrapperProgram
{
    private static ReadOnlySpan<byte> Self => "/proc/self/exe"u8;

    private static ReadOnlySpan<byte> Deleted => " (deleted)"u8;

    /// <summary>
    /// An absolute path by which the wrapper can be started now and after an upgrade: the one it was started by, which may be a
    /// stable link to a version, if it is such a path; else that of the file itself.
    /// </summary>
    /// <exception cref="OciHooksException">It has none.</exception>
    internal static FilePath Path()
    {
        FilePath? file = FromLink(out bool isReplaced);
        byte* executed = (byte*)Libc.getauxval(Libc.AT_EXECFN);
        bool isKnown = file is not null && !isReplaced;
        if (executed != null && IsLasting(executed) && (isKnown ? IsThisProgram(executed) : IsExecutable(executed)))
        {
            return new FilePath(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(executed));
        }

        return file is not null && Exists(file)
            ? file
            : throw new OciHooksException(
                "the wrapper's own file is gone, and hooks run through it; install it again, or set \"supervise\" to false");
    }

    /// <summary>The kernel's name of the file, which it marks when another took its place, proc_pid_exe(5).</summary>
    private static FilePath? FromLink(out bool isReplaced)
    {
        byte* target = stackalloc byte[LowLevelRuntime.PathMax];
        nint length;
        fixed (byte* self = Self)
        {
            length = Libc.readlink(self, target, LowLevelRuntime.PathMax);
        }

        var path = new ReadOnlySpan<byte>(target, (int)Math.Max(length, 0));
        isReplaced = path.EndsWith(Deleted);
        path = isReplaced ? path[..^Deleted.Length] : path;
        return path.StartsWith("/"u8) ? new FilePath(path) : null;
    }

    /// <summary>Whether the path means the same to other processes: fexecve(3) leaves one that does not.</summary>
    private static bool IsLasting(byte* path)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path);
        return text.StartsWith("/"u8) && !text.StartsWith("/proc/"u8) && !text.StartsWith("/dev/fd/"u8);
    }

    private static bool IsThisProgram(byte* path)
    {
        fixed (byte* self = Self)
        {
            return Libc.Stat(path, out FileStatus status) && Libc.Stat(self, out FileStatus own) && status.IsSameFileAs(own);
        }
    }

    private static bool IsExecutable(byte* path) => Libc.access(path, Libc.X_OK) == 0;

    private static bool Exists(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return IsExecutable(name);
        }
    }
}
