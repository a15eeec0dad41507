using Linux;
using SeccompRecorder.State;

namespace SeccompRecorder.Bpf;

/// <summary>Finds or mounts the file system in which eBPF objects outlive the process that made them.</summary>
internal static unsafe class BpfFileSystem
{
    private static readonly FilePath s_usual = new("/sys/fs/bpf/ocihooks-seccomp"u8);

    /// <summary>Returns OciHooks' existing directory in the file system; null if there is none.</summary>
    /// <param name="own">The mount point to use if the system has none at the usual path.</param>
    internal static FilePath? Find(FilePath own) => IsMounted(own) ? own
        : IsMounted(s_usual.Parent) && RecorderPaths.IsThere(s_usual) ? s_usual
        : null;

    /// <summary>Returns OciHooks' directory in the file system. Creates or mounts it if needed.</summary>
    /// <param name="own">The mount point to use if the system has none at the usual path.</param>
    internal static FilePath Directory(FilePath own)
    {
        // Where everyone may create directories, another user may have created this one.
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

    /// <summary>Removes what <see cref="Directory"/> created. Nothing may be in it any more.</summary>
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
