using System.Buffers.Text;

namespace Linux.Paths;

/// <summary>
/// What files' owners mean to a process in a user namespace, user_namespaces(7). Users that it does not map are shown as one, root among
/// them, to whom / then seems to belong. It works before the managed runtime is started, but for <see cref="Inside"/>.
/// </summary>
internal static unsafe class UserNamespace
{
    private const uint UsualOverflow = 65534;

    /// <summary>Whether root is one of those that are not mapped: whoever started the namespace is its root, and may change nothing of the host's.</summary>
    internal static bool IsWithoutRoot(uint ownerOfAll) => ownerOfAll != 0 && ownerOfAll == Overflow();

    /// <summary>
    /// Whether what is at a path is root's where it seems to belong to a user that is not mapped: only root puts files there, by the
    /// Filesystem Hierarchy Standard, Nix and Guix.
    /// </summary>
    internal static bool BelongsToRoot(ReadOnlySpan<byte> path)
    {
        if (path.StartsWith("/etc/"u8) || path.StartsWith("/usr/"u8) || path.StartsWith("/opt/"u8) || path.StartsWith("/bin/"u8)
            || path.StartsWith("/sbin/"u8) || path.StartsWith("/lib"u8) || path.StartsWith("/nix/store/"u8) || path.StartsWith("/gnu/store/"u8))
        {
            return true;
        }

        if (path.StartsWith("/run/"u8))
        {
            return !path.StartsWith("/run/user/"u8);
        }

        // What is right in / or /var, such as the link that /var/run is.
        ReadOnlySpan<byte> rest = path.StartsWith("/var/"u8) ? path[5..] : path[Math.Min(1, path.Length)..];
        return !rest.Contains((byte)'/');
    }

    /// <summary>The number in this namespace of a user of the one around it, proc_pid_uid_map(5); null if it is not mapped.</summary>
    internal static uint? Inside(uint user)
    {
        ReadOnlySpan<byte> map = KernelFile.Read(new FilePath("/proc/self/uid_map"));
        while (TakeNumber(ref map, out uint inside) && TakeNumber(ref map, out uint outside) && TakeNumber(ref map, out uint count))
        {
            if (user >= outside && user - outside < count)
            {
                return inside + (user - outside);
            }
        }

        return null;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> text, out uint number)
    {
        text = text.TrimStart(" \n"u8);
        bool isNumber = Utf8Parser.TryParse(text, out number, out int length);
        text = text[length..];
        return isNumber;
    }

    /// <summary>The user as which those are shown that are not mapped, proc(5) /proc/sys/kernel/overflowuid.</summary>
    private static uint Overflow()
    {
        ReadOnlySpan<byte> path = "/proc/sys/kernel/overflowuid\0"u8;
        byte* text = stackalloc byte[16];
        nint length;
        fixed (byte* name = path)
        {
            int fd = Libc.Open(name, Libc.O_RDONLY);
            length = fd < 0 ? 0 : Libc.Read(fd, text, 16);
            _ = fd < 0 ? 0 : Libc.close(fd);
        }

        uint number = 0;
        for (int i = 0; i < length && text[i] is >= (byte)'0' and <= (byte)'9'; i++)
        {
            number = (10 * number) + (uint)(text[i] - '0');
        }

        return length > 0 ? number : UsualOverflow;
    }
}
