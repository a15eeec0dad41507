using System.Globalization;

namespace Linux;

/// <summary>
/// The directories that OciHooks makes for itself: for records and locks, for recordings. Each is its owner's alone. Whatever makes one
/// makes it here, so that what one program made another can use.
/// </summary>
internal static unsafe class StateDirectory
{
    private const uint OwnerOnly = 0x1c0; // rwx------
    private const uint OthersMayWrite = 0x12; // ----w--w-

    private static FilePath? s_runtime;

    /// <summary>
    /// The directory of what is there as long as the machine runs, file-hierarchy(7). It need not be there yet. Root of a user namespace
    /// that may not write /run, as under rootless Podman, has that of the user who it is outside.
    /// </summary>
    internal static FilePath Runtime => s_runtime ??= FindRuntime();

    private static FilePath FindRuntime()
    {
        if (Libc.geteuid() == 0 && MayWrite("/run\0"u8))
        {
            return new FilePath("/run/ocihooks");
        }

        uint user = MachineUser.Number;
        string login = string.Create(CultureInfo.InvariantCulture, $"/run/user/{user}");
        return new FilePath(MayWrite(new FilePath(login).Terminated)
            ? login + "/ocihooks"
            : string.Create(CultureInfo.InvariantCulture, $"/tmp/ocihooks-{user}"));
    }

    /// <summary>Makes a directory, and those above it, unless they are there.</summary>
    /// <returns>Null if it is there and can be relied on, or why not.</returns>
    internal static FileError? Make(FilePath directory)
    {
        int error = TryMake(directory);
        if (error == Libc.ENOENT)
        {
            _ = Make(directory.Parent);
            error = TryMake(directory);
        }

        return Check(directory, error);
    }

    /// <summary>Makes a directory that is not there yet.</summary>
    /// <returns>Null, or why not.</returns>
    internal static FileError? MakeNew(FilePath directory) =>
        TryMake(directory) is not 0 and var error ? CannotBeMade(error) : null;

    /// <summary>Whether it is there, and nobody else could have put anything into it. In /tmp anyone could have made it.</summary>
    internal static bool IsReliable(FilePath directory) => Check(directory, 0) is null;

    private static FileError? Check(FilePath directory, int makingError)
    {
        fixed (byte* path = directory.Terminated)
        {
            if (!Libc.StatEntry(Libc.AT_FDCWD, path, out FileStatus status)
                || (status.IsSymbolicLink && IsOwn(status) && !Libc.Stat(path, out status)))
            {
                return CannotBeMade(makingError == 0 ? Libc.Errno : makingError);
            }

            return status.IsDirectory && IsOwn(status) && (status.Permissions & OthersMayWrite) == 0
                ? null
                : new FileError($"is not a directory that {(Libc.geteuid() == 0 ? "root" : "you")} alone may write; take away what is there", 0);
        }
    }

    private static FileError CannotBeMade(int error) => new($"cannot be created: {Libc.ErrorText(error)}", error);

    private static bool IsOwn(in FileStatus status) => status.User == 0 || status.User == Libc.geteuid();

    /// <summary>0 if it has made it, or the error number.</summary>
    private static int TryMake(FilePath directory)
    {
        fixed (byte* path = directory.Terminated)
        {
            return Libc.mkdir(path, OwnerOnly) == 0 ? 0 : Libc.Errno;
        }
    }

    private static bool MayWrite(ReadOnlySpan<byte> terminatedPath)
    {
        fixed (byte* path = terminatedPath)
        {
            return Libc.access(path, Libc.W_OK) == 0;
        }
    }
}
