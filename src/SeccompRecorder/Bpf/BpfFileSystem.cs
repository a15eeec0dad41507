using Linux;
using SeccompRecorder.State;

namespace SeccompRecorder.Bpf;

/// <summary>Finds the file system in which eBPF objects outlive the process that made them.</summary>
internal static unsafe class BpfFileSystem
{
    private static readonly FilePath s_usual = new("/sys/fs/bpf/ocihooks-seccomp"u8);

    /// <summary>The directory of ours in it that is there; null for none.</summary>
    /// <param name="own">Where one is mounted if the system has none at its usual place.</param>
    internal static FilePath? Find(FilePath own) => IsMounted(own) ? own
        : IsMounted(s_usual.Parent) && RecorderPaths.IsThere(s_usual) ? s_usual
        : null;

    /// <summary>A directory of ours in it.</summary>
    /// <param name="own">Where one is mounted if the system has none at its usual place.</param>
    internal static FilePath Directory(FilePath own)
    {
        // Where everyone may make directories there, somebody may have made ours.
        if (!IsMounted(own) && IsMounted(s_usual.Parent) && RecorderPaths.TryMake(s_usual) is null)
        {
            return s_usual;
        }

        if (!IsMounted(own))
        {
            RecorderPaths.Make(own);
            Mount(own);
        }

        return own;
    }

    /// <summary>Takes away what <see cref="Directory"/> made, once nothing is in it.</summary>
    internal static void Leave(FilePath own)
    {
        fixed (byte* usual = s_usual.Terminated, mounted = own.Terminated)
        {
            _ = Libc.rmdir(usual);
            if (IsMounted(own) && Libc.umount2(mounted, Libc.MNT_DETACH) == 0)
            {
                _ = Libc.rmdir(mounted);
            }
        }
    }

    private static bool IsMounted(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.IsBpfFileSystem(name);
        }
    }

    private static void Mount(FilePath path)
    {
        fixed (byte* name = path.Terminated, source = "ocihooks\0"u8, type = "bpf\0"u8, options = "mode=0700\0"u8)
        {
            if (Libc.mount(source, name, type, Libc.MS_NOSUID | Libc.MS_NODEV | Libc.MS_NOEXEC, options) != 0)
            {
                throw new OciHooksException(
                    $"{path}: {FileError.FromErrno("no file system of type bpf can be mounted").Text}; "
                    + "mount one: mount -t bpf bpf /sys/fs/bpf");
            }
        }
    }
}
