using System.Text;
using HookEngine;
using HookEngine.Linux;

namespace SeccompRecorder.Notify;

/// <summary>
/// The socket of a listener, which is named in config.json: there the runtime hands over the filters of the container, and hooks say what
/// is to become of the recording. A hook's message is a line.
/// </summary>
internal static unsafe class ListenerSocket
{
    /// <summary>
    /// The message that the container has ended; the answer is what was told meanwhile, behind a digit, which is 0 if nothing failed.
    /// </summary>
    internal const string Stop = "stop";

    private const double Patience = 20_000;
    private const int PartSize = 4096;
    private const int NameLength = 16;

    private static ReadOnlySpan<byte> Suffix => ".socket"u8;

    /// <summary>A path for another listener.</summary>
    internal static FilePath NewPath(FilePath state)
    {
        FilePath directory = DirectoryIn(state);
        Places.Make(directory);
        string name = Guid.NewGuid().ToString("n")[..NameLength];
        return directory.Combine([.. Encoding.ASCII.GetBytes(name), .. Suffix]);
    }

    /// <summary>Whether a path is one that <see cref="NewPath"/> makes.</summary>
    internal static bool IsOurs(FilePath path, FilePath state) =>
        path.Parent.Bytes.SequenceEqual(DirectoryIn(state).Bytes)
        && path.Name.Length == NameLength + Suffix.Length
        && path.Name.EndsWith(Suffix)
        && path.Name[..NameLength].IndexOfAnyExcept("0123456789abcdef"u8) < 0;

    /// <summary>Makes a socket there.</summary>
    internal static int Create(FilePath path)
    {
        int socket = Libc.StreamSocket();
        return socket >= 0 && Libc.Listen(socket, path)
            ? socket
            : throw new OciHooksException($"{path}: {FileError.FromErrno("no socket can be made").Text}; give --state a short path");
    }

    /// <summary>Tells a listener what becomes of the recording, too.</summary>
    internal static void Order(FilePath path, IEnumerable<string> words)
    {
        int socket = Connect(path);
        if (socket < 0 || !Send(socket, string.Join('\0', words)))
        {
            throw new OciHooksException(
                $"{path}: {FileError.FromErrno("nobody listens").Text}; the configuration was made for a container before: make it again");
        }

        _ = Libc.close(socket);
    }

    /// <summary>Tells a listener that the container has ended, and waits until all is stored.</summary>
    /// <returns>What it told meanwhile, behind a digit; empty if it was done already.</returns>
    internal static string Finish(FilePath path)
    {
        int socket = Connect(path);
        if (socket < 0)
        {
            Places.Remove(path);
            return "";
        }

        _ = Send(socket, Stop);
        var answer = new List<byte>();
        byte* part = stackalloc byte[PartSize];
        nint count = 1;
        while (count > 0 && Libc.IsReadableWithin(socket, Patience))
        {
            count = Libc.Read(socket, part, PartSize);
            answer.AddRange(new ReadOnlySpan<byte>(part, (int)Math.Max(count, 0)));
        }

        _ = Libc.close(socket);
        return Encoding.UTF8.GetString([.. answer]);
    }

    /// <summary>Sends a text as a line. False with the error number set if nobody takes it.</summary>
    internal static bool Send(int socket, string text)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(text + "\n"))
        {
            return Libc.WriteAll(socket, bytes, Encoding.UTF8.GetByteCount(text) + 1);
        }
    }

    private static FilePath DirectoryIn(FilePath state) => state.Combine("listeners"u8);

    private static int Connect(FilePath path)
    {
        int socket = Libc.StreamSocket();
        if (socket >= 0 && Libc.Connect(socket, path))
        {
            return socket;
        }

        int error = Libc.Errno;
        _ = Libc.close(socket);
        Libc.SetErrno(error);
        return -1;
    }
}
