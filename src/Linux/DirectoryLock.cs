namespace Linux;

/// <summary>
/// Keeps others who take the same lock from changing a directory's files meanwhile. It ends with the process at the latest, or with a
/// child of it that is still writing.
/// </summary>
/// <remarks>
/// It is not on the directory, which whoever may read it could lock, too, and keep locked. It is on one byte, which the directory's device
/// and inode tell, of a file that is the user's alone, fcntl(2) F_OFD_SETLK. So it leaves nothing in any directory.
/// </remarks>
internal sealed unsafe class DirectoryLock : IDisposable
{
    private const uint PollMicroseconds = 2_000;
    private const uint OwnerOnly = 0x180; // rw-------

    private readonly int _fd;

    private DirectoryLock(int fd, bool isHeldByOthers)
    {
        _fd = fd;
        IsHeldByOthers = isHeldByOthers;
    }

    /// <summary>The file that locks are on, for a message that says how to find who holds one.</summary>
    internal static FilePath File => StateDirectory.Runtime.Combine("lock"u8);

    /// <summary>Whether somebody else had it all the time, and has it still.</summary>
    internal bool IsHeldByOthers { get; }

    /// <summary>
    /// Waits for the lock, but not for ever: somebody who holds it and was stopped must not stop containers from starting.
    /// </summary>
    /// <param name="directory">The directory. It is not locked if it is not there, or this user can have no file for locks.</param>
    /// <param name="timeout">Milliseconds after which to go on without the lock.</param>
    internal static DirectoryLock Acquire(FilePath directory, int timeout)
    {
        if (Place(directory) is not { } place || OpenFile() is not (>= 0 and var fd))
        {
            return new DirectoryLock(-1, isHeldByOthers: false);
        }

        long deadline = Environment.TickCount64 + timeout;
        bool isBusy;
        while ((isBusy = !Libc.LockByte(fd, place) && Libc.Errno is Libc.EAGAIN or Libc.EACCES or Libc.EINTR)
            && Environment.TickCount64 < deadline)
        {
            _ = Libc.usleep(PollMicroseconds);
        }

        return new DirectoryLock(fd, isBusy);
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.close(_fd);
        }
    }

    /// <summary>Which byte is a directory's. Two that had the same would only wait for each other.</summary>
    private static long? Place(FilePath directory)
    {
        fixed (byte* path = directory.Terminated)
        {
            return Libc.Stat(path, out FileStatus status)
                ? (long)(((status.Device * 0x9E3779B97F4A7C15) ^ status.Inode) & long.MaxValue)
                : null;
        }
    }

    private static int OpenFile()
    {
        FilePath file = File;
        if (!StateDirectory.IsReliable(file.Parent) && StateDirectory.Make(file.Parent) is not null)
        {
            return -1;
        }

        fixed (byte* path = file.Terminated)
        {
            return Libc.Open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW, OwnerOnly);
        }
    }
}
