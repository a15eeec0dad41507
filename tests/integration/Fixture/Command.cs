using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace IntegrationTests.Fixture;

/// <summary>A string as the kernel stores it: arguments and environment entries need not be UTF-8.</summary>
internal readonly record struct ByteString(byte[] Bytes)
{
    public static implicit operator ByteString(string text) => new(Encoding.UTF8.GetBytes(text));

    public static implicit operator ByteString(byte[] bytes) => new(bytes);
}

/// <summary>The result of a program, which ended with an exit code or by a signal.</summary>
internal sealed record CommandResult(int Pid, int? ExitCode, int? Signal, byte[] Output, byte[] Error)
{
    public string OutputText => Encoding.UTF8.GetString(Output);

    public string ErrorText => Encoding.UTF8.GetString(Error);

    public CommandResult EnsureSuccess() => ExitCode == 0 ? this : throw new InvalidOperationException(ToString());

    public override string ToString() =>
        $"{(Signal is null ? $"exit code {ExitCode}" : $"signal {Signal}")}\nstdout: {OutputText}\nstderr: {ErrorText}";
}

/// <summary>
/// Runs a program to its end. System.Diagnostics.Process is not enough: it takes arguments as text and the environment as a
/// dictionary, and cannot distinguish exit code 137 from SIGKILL. The child leads its own session, with default signals, an empty
/// mask, and no descriptors but 0, 1 and 2.
/// </summary>
internal sealed class Command(string program, params IEnumerable<ByteString> arguments)
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlock = 0x800;
    private const int SetFlags = 4;
    private const int NoHang = 1;
    private const int PollMilliseconds = 100;
    private const int Kill = 9;
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80;
    private const short Readable = 0x01;
    private const short Writable = 0x04;

    /// <summary>
    /// How long to wait for more output after the program has ended. Its background processes (a container, for example) may hold the pipes
    /// open forever. All that the program itself wrote is read in any case.
    /// </summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(1);

    /// <summary>The program's argv[0]; null for the name it is started by.</summary>
    public string? Name { get; init; }

    /// <summary>The child's environment entries, including duplicates; null for this process's own.</summary>
    public IEnumerable<ByteString>? Environment { get; init; }

    public string? WorkingDirectory { get; init; }

    public byte[] Input { get; init; } = [];

    public TimeSpan Timeout { get; init; } = TestTimeout.Limit;

    public static IEnumerable<ByteString> InheritedEnvironment =>
        from System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables()
        select (ByteString)$"{entry.Key}={entry.Value}";

    public CommandResult Run()
    {
        (int Read, int Write)[] pipes = [MakePipe(), MakePipe(), MakePipe()];
        int pid;
        try
        {
            pid = Start(pipes[0].Read, pipes[1].Write, pipes[2].Write);
        }
        catch
        {
            CloseAll([pipes[0].Write, pipes[1].Read, pipes[2].Read]);
            throw;
        }
        finally
        {
            CloseAll([pipes[0].Read, pipes[1].Write, pipes[2].Write]);
        }

        int[] ours = [pipes[0].Write, pipes[1].Read, pipes[2].Read];
        MemoryStream[] outputs = [new(), new()];
        int? status = null;
        try
        {
            status = Converse(pid, ours, outputs);
        }
        finally
        {
            CloseAll(ours);
            if (status is null)
            {
                KillTree(pid);
            }
        }

        int signal = status.Value & 0x7f;
        return new CommandResult(pid, signal == 0 ? (status.Value >> 8) & 0xff : null, signal == 0 ? null : signal,
            outputs[0].ToArray(), outputs[1].ToArray());
    }

    /// <summary>Writes and reads all three pipes in turn until the child has ended, so that none can block it.</summary>
    private unsafe int Converse(int pid, int[] ours, MemoryStream[] outputs)
    {
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan last = TimeSpan.Zero;
        bool hasEnded = false;
        int status = 0;
        int fed = 0;
        byte[] buffer = new byte[65536];
        foreach (int fd in ours)
        {
            _ = Native.fcntl(fd, SetFlags, NonBlock);
        }

        int process = Native.pidfd_open(pid, 0);
        try
        {
            while (!hasEnded || ours[1] >= 0 || ours[2] >= 0)
            {
                if (clock.Elapsed > Timeout && !hasEnded)
                {
                    throw new TimeoutException($"{program} still runs after {Timeout}\nstdout: {Encoding.UTF8.GetString(
                        outputs[0].ToArray())}\nstderr: {Encoding.UTF8.GetString(outputs[1].ToArray())}");
                }

                if (fed == Input.Length)
                {
                    CloseOne(ref ours[0]);
                }

                Span<Native.PollEntry> entries =
                    [new(ours[0], Writable), new(ours[1], Readable), new(ours[2], Readable), new(hasEnded ? -1 : process, Readable)];
                fixed (Native.PollEntry* first = entries)
                fixed (byte* bytes = buffer, input = Input)
                {
                    int ready = Native.poll(first, (nuint)entries.Length, PollMilliseconds);
                    if (ready == 0 && hasEnded && clock.Elapsed - last > s_linger)
                    {
                        return status;
                    }

                    if (entries[0].Returned != 0)
                    {
                        nint written = Native.write(ours[0], input + fed, Input.Length - fed);
                        fed = written > 0 ? fed + (int)written : Input.Length;
                    }

                    for (int i = 1; i <= 2; i++)
                    {
                        nint got = entries[i].Returned == 0 ? -1 : Native.read(ours[i], bytes, buffer.Length);
                        if (got > 0)
                        {
                            outputs[i - 1].Write(buffer, 0, (int)got);
                            last = clock.Elapsed;
                        }
                        else if (got == 0)
                        {
                            CloseOne(ref ours[i]);
                        }
                    }
                }

                if (!hasEnded && Native.waitpid(pid, &status, NoHang) == pid)
                {
                    hasEnded = true;
                    last = clock.Elapsed;
                }
            }

            return status;
        }
        finally
        {
            CloseOne(ref process);
        }
    }

    private unsafe int Start(int input, int output, int error)
    {
        // The layout of these structures is private to libc. These buffers are larger than in any libc.
        byte* actions = stackalloc byte[1024];
        byte* attributes = stackalloc byte[1024];
        byte* allSignals = stackalloc byte[128];
        byte* noSignals = stackalloc byte[128];
        new Span<byte>(allSignals, 128).Fill(0xff);
        new Span<byte>(noSignals, 128).Clear();
        _ = Native.posix_spawn_file_actions_init(actions);
        _ = Native.posix_spawnattr_init(attributes);

        List<nint> memory = [];
        try
        {
            _ = Native.posix_spawnattr_setflags(attributes, SetSession | SetSignalMask | SetSignalDefaults);
            _ = Native.posix_spawnattr_setsigmask(attributes, noSignals);
            _ = Native.posix_spawnattr_setsigdefault(attributes, allSignals);
            _ = Native.posix_spawn_file_actions_adddup2(actions, input, 0);
            _ = Native.posix_spawn_file_actions_adddup2(actions, output, 1);
            _ = Native.posix_spawn_file_actions_adddup2(actions, error, 2);
            _ = Native.posix_spawn_file_actions_addclosefrom_np(actions, 3);
            if (WorkingDirectory is not null)
            {
                _ = Native.posix_spawn_file_actions_addchdir_np(actions, Copy(WorkingDirectory, memory));
            }

            int failure = Native.posix_spawnp(out int pid, Copy(program, memory), actions, attributes,
                CopyAll([Name ?? program, .. arguments], memory), CopyAll(Environment ?? InheritedEnvironment, memory));
            return failure == 0
                ? pid
                : throw new InvalidOperationException($"cannot start {program}: {Marshal.GetPInvokeErrorMessage(failure)}");
        }
        finally
        {
            memory.ForEach(Marshal.FreeHGlobal);
            _ = Native.posix_spawn_file_actions_destroy(actions);
            _ = Native.posix_spawnattr_destroy(attributes);
        }
    }

    private static nint Copy(ByteString text, List<nint> memory)
    {
        nint copy = Marshal.AllocHGlobal(text.Bytes.Length + 1);
        memory.Add(copy);
        Marshal.Copy(text.Bytes, 0, copy, text.Bytes.Length);
        Marshal.WriteByte(copy, text.Bytes.Length, 0);
        return copy;
    }

    private static nint CopyAll(IEnumerable<ByteString> texts, List<nint> memory)
    {
        nint[] pointers = [.. texts.Select(text => Copy(text, memory)), 0];
        nint list = Marshal.AllocHGlobal(pointers.Length * nint.Size);
        memory.Add(list);
        Marshal.Copy(pointers, 0, list, pointers.Length);
        return list;
    }

    private static unsafe (int Read, int Write) MakePipe()
    {
        int* ends = stackalloc int[2];
        return Native.pipe2(ends, CloseOnExec) == 0 ? (ends[0], ends[1]) : throw new IOException("no pipe");
    }

    private static void CloseAll(int[] descriptors)
    {
        for (int i = 0; i < descriptors.Length; i++)
        {
            CloseOne(ref descriptors[i]);
        }
    }

    private static void CloseOne(ref int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = Native.close(descriptor);
            descriptor = -1;
        }
    }

    /// <summary>Kills all descendants, then the processes that lost their parent but are still in the session's group.</summary>
    private static unsafe void KillTree(int pid)
    {
        try
        {
            using Process root = Process.GetProcessById(pid);
            root.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }

        _ = Native.kill(-pid, Kill);
        int status;
        _ = Native.waitpid(pid, &status, 0);
    }
}

/// <summary>The libc functions that <see cref="Command"/> needs.</summary>
internal static unsafe partial class Native
{
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct PollEntry(int descriptor, short wanted)
    {
        public readonly int Descriptor = descriptor;
        public readonly short Wanted = wanted;
        public readonly short Returned;
    }

    [LibraryImport("libc")]
    internal static partial int posix_spawnp(out int pid, nint file, byte* actions, byte* attributes, nint argv, nint envp);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int from);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_addchdir_np(byte* actions, nint path);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigmask(byte* attributes, byte* set);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* set);

    [LibraryImport("libc")]
    internal static partial int waitpid(int pid, int* status, int options);

    [LibraryImport("libc")]
    internal static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    internal static partial int pidfd_open(int pid, uint flags);

    [LibraryImport("libc")]
    internal static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc")]
    internal static partial int poll(PollEntry* entries, nuint count, int timeout);

    [LibraryImport("libc")]
    internal static partial int fcntl(int fd, int command, int argument);

    [LibraryImport("libc")]
    internal static partial nint read(int fd, byte* buffer, nint count);

    [LibraryImport("libc")]
    internal static partial nint write(int fd, byte* buffer, nint count);

    [LibraryImport("libc")]
    internal static partial int close(int fd);
}
