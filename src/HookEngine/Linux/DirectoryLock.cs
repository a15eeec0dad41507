namespace HookEngine.Linux;

/// <summary>
/// Keeps others who take the same lock from changing a directory's files meanwhile, flock(2). It ends with the process at the
/// latest, or with a child of it that is still writing.
/// </summary>
internal sealed unsafe class DirectoryLock : IDisposable
{
    private const uint PollMicroseconds = 2_000;

    private readonly int _fd;

    private DirectoryLock(int fd, bool isHeldByOthers)
    {
        _fd = fd;
        IsHeldByOthers = isHeldByOthers;
    }

    /// <summary>Whether somebody else had it all the time, and has it still.</summary>
    internal bool IsHeldByOthers { get; }

    /// <summary>
    /// Waits for the lock, but not for ever: somebody who holds it and was stopped must not stop containers from starting.
    /// </summary>
    /// <param name="directory">The directory. One that cannot be opened is not locked.</param>
    /// <param name="patience">Milliseconds after which to go on without the lock.</param>
    internal static DirectoryLock Take(FilePath directory, int patience)
    {
        int fd;
        fixed (byte* path = directory.Terminated)
        {
            fd = Libc.Open(path, Libc.O_RDONLY | Libc.O_DIRECTORY);
        }

        long deadline = Environment.TickCount64 + patience;
        bool isBusy;
        while ((isBusy = fd >= 0 && Libc.flock(fd, Libc.LOCK_EX | Libc.LOCK_NB) != 0 && Libc.Errno is Libc.EAGAIN or Libc.EINTR)
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
}
