namespace HookEngine.Linux;

/// <summary>Why a file could not be used, in words that follow the file's name, and the error number where there is one.</summary>
internal readonly record struct FileError(string Text, int Errno)
{
    /// <summary>The calling thread's last error, errno(3).</summary>
    internal static FileError FromErrno(string what)
    {
        int error = Libc.Errno;
        return new FileError($"{what}: {Libc.ErrorText(error)}", error);
    }
}
