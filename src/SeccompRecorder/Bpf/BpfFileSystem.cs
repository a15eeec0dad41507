using HookEngine;
using HookEngine.Linux;

namespace SeccompRecorder.Bpf;

/// <summary>Finds the file system in which eBPF objects outlive the process that made them.</summary>
internal static unsafe class BpfFileSystem
{
    /// <summary>A directory of ours in it.</summary>
    /// <param name="own">Where one is mounted if the system has none at its usual place.</param>
    internal static FilePath Directory(FilePath own)
    {
        FilePath usual = new("/sys/fs/bpf"u8);
        if (!IsMounted(own) && IsMounted(usual))
        {
            // Where everyone may make directories there, somebody may have made ours.
            FilePath directory = usual.Combine("ocihooks-seccomp"u8);
            if (Places.TryMake(directory) is null)
            {
                return directory;
            }
        }

        if (!IsMounted(own))
        {
            Places.Make(own);
            Mount(own);
        }

        return own;
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
