namespace Linux;

/// <summary>Why a file could not be used, in words that follow the file's name, and the error number where there is one.</summary>
internal readonly record struct FileError(string Text, int Errno)
{
    /// <summary>Whether there is no room: on the disk, in a quota, under a file size limit.</summary>
    internal bool IsLackOfSpace => Errno is Libc.ENOSPC or Libc.EDQUOT or Libc.EFBIG;

    /// <summary>Whether there is no such file, nor could there be.</summary>
    internal bool IsAbsence => Errno is Libc.ENOENT or Libc.ENOTDIR or Libc.ENAMETOOLONG;

    /// <summary>Whether a symbolic link is there that leads nowhere: what it stands for is missing, and not absent.</summary>
    internal bool LeadsNowhere { get; init; }

    /// <summary>Whether the name itself is not there: whoever wanted a file there would have made one.</summary>
    internal bool IsNoName => Errno == Libc.ENOENT && !LeadsNowhere;

    /// <summary>What to do about a file that is used when it can be read.</summary>
    /// <param name="fix">What to do if it stays as it is: it is the file itself that is to be changed.</param>
    internal string Advice(string fix) =>
        LeadsNowhere ? "see to it that what it stands for is there, and try again"
        : IsLasting ? fix
        : "see to it that it can be read, and try again";

    /// <summary>Whether it is as the file is, and not as the machine is at the moment.</summary>
    private bool IsLasting => IsAbsence || Errno is 0 or Libc.EACCES or Libc.EPERM or Libc.ELOOP or Libc.EISDIR;

    /// <summary>The calling thread's last error, errno(3).</summary>
    internal static FileError FromErrno(string what)
    {
        int error = Libc.Errno;
        return new FileError($"{what}: {Libc.ErrorText(error)}", error);
    }
}
