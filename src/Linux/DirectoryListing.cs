using System.Runtime.InteropServices;

namespace Linux;

/// <summary>
/// The names in a directory, as bytes: a name need not be UTF-8. They are all that were there at one moment. A listing alone is not: where
/// a name is replaced by rename(2) meanwhile, some file systems list it twice or, as btrfs, not at all.
/// </summary>
internal static unsafe class DirectoryListing
{
    /// <summary>How often, and how far apart, a directory is listed again that others change at the time.</summary>
    private const int Attempts = 200;
    private const uint RetryMicroseconds = 1_000;

    /// <summary>How many of these to wait for a tick's end: the longest tick is 10 ms, CONFIG_HZ_100.</summary>
    private const int Ticks = 15;

    /// <summary>The names in an open directory but . and .., in no order. Null with the reason if it cannot be read.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="path">A path that leads to it.</param>
    /// <param name="limit">How many names it may have.</param>
    /// <param name="error">Why it cannot be read; <see cref="Libc.ESTALE"/> if the path leads to another meanwhile.</param>
    internal static List<byte[]>? Read(int directory, FilePath path, int limit, out FileError error)
    {
        List<byte[]>? names = ReadOnce(directory, path, limit, out bool hasChanged, out error);
        return names is null || !hasChanged ? names : ReadUndisturbed(directory, path, limit, out error);
    }

    /// <summary>The names in a directory that end so, in no order. Null with the reason if it cannot be read.</summary>
    internal static List<byte[]>? ReadEndingIn(FilePath directory, byte[] suffix, out FileError error)
    {
        fixed (byte* path = directory.Terminated)
        {
            int descriptor = Libc.Open(path, Libc.O_RDONLY | Libc.O_DIRECTORY);
            if (descriptor < 0)
            {
                error = FileError.FromErrno("cannot be read");
                return null;
            }

            List<byte[]>? names = Read(descriptor, directory, int.MaxValue, out error);
            _ = Libc.close(descriptor);
            return names?.FindAll(name => name.AsSpan().EndsWith(suffix));
        }
    }

    /// <summary>
    /// Lists it until nobody has changed it meanwhile. It has just been changed: for as long as its tick lasts, its time does not tell of
    /// the next change, so the tick's end is waited for, which is milliseconds. Where somebody changes it in each tick the kernel is asked
    /// to note changes, which is for later only: to end that takes it longer than a tick.
    /// </summary>
    private static List<byte[]>? ReadUndisturbed(int directory, FilePath path, int limit, out FileError error)
    {
        int watch = -1;
        List<byte[]>? names;
        bool hasChanged;
        int attempt = 0;
        do
        {
            watch = attempt == Ticks ? Watch(path) : watch;
            _ = watch < 0 ? Libc.usleep(RetryMicroseconds) : 0;
            names = ReadOnce(directory, path, limit, out hasChanged, out error);
            hasChanged = hasChanged && (watch < 0 || HasChanges(watch));
        }
        while (names is not null && hasChanged && ++attempt < Attempts);

        _ = watch < 0 ? 0 : Libc.close(watch);
        if (names is not null && hasChanged)
        {
            error = new FileError("is being changed all the time, so that nobody can tell what is in it; let it rest", Libc.EBUSY);
            return null;
        }

        return names;
    }

    private static int Watch(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.WatchNames(name);
        }
    }

    /// <summary>Whether a watch has noted anything since it was asked last.</summary>
    private static bool HasChanges(int watch)
    {
        byte* notes = stackalloc byte[4096];
        bool hasNoted = false;
        nint count;
        while ((count = Libc.Read(watch, notes, 4096)) > 0)
        {
            hasNoted = true;
        }

        return hasNoted || Libc.Errno != Libc.EAGAIN;
    }

    /// <summary>Lists it, and tells whether it may have been changed meanwhile.</summary>
    private static List<byte[]>? ReadOnce(int directory, FilePath path, int limit, out bool hasChanged, out FileError error)
    {
        hasChanged = false;

        // Before it is opened: a file system may list the names that were there at that moment.
        bool isKnown = Libc.StatDescriptor(directory, out FileStatus before);
        bool isTold = before.IsOfEarlierTick();
        byte* self = stackalloc byte[2] { (byte)'.', 0 };
        int descriptor = isKnown ? Libc.OpenAt(directory, self, Libc.O_RDONLY | Libc.O_DIRECTORY) : -1;
        void* stream = descriptor < 0 ? null : Libc.fdopendir(descriptor);
        if (stream == null)
        {
            error = FileError.FromErrno("cannot be read");
            _ = descriptor < 0 ? 0 : Libc.close(descriptor);
            return null;
        }

        List<byte[]>? names = ReadNames(stream, limit, out error);
        _ = Libc.closedir(stream);
        if (names is null)
        {
            return null;
        }

        fixed (byte* name = path.Terminated)
        {
            bool isThere = Libc.Stat(name, out FileStatus after);
            if (!isThere && Libc.Errno != Libc.ENOENT)
            {
                error = FileError.FromErrno("cannot be examined");
                return null;
            }

            if (!isThere || !before.IsSameFileAs(after))
            {
                error = new FileError("has been replaced by another directory while it was read", Libc.ESTALE);
                return null;
            }

            hasChanged = !isTold || !before.IsOfSameChangeAs(after);
            return names;
        }
    }

    private static List<byte[]>? ReadNames(void* stream, int limit, out FileError error)
    {
        var names = new List<byte[]>();
        byte* entry;
        while ((entry = Libc.NextName(stream)) != null)
        {
            ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry);
            if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
            {
                continue;
            }

            if (names.Count == limit)
            {
                error = new FileError($"has more than {limit} entries", 0);
                return null;
            }

            names.Add(name.ToArray());
        }

        error = Libc.Errno == 0 ? default : FileError.FromErrno("cannot be read to its end");
        return error.Errno == 0 ? names : null;
    }
}
