using System.Buffers.Text;
using System.Text;
using Linux;

namespace SeccompRecorder.State;

/// <summary>What the kernel says about a container's first process, proc(5).</summary>
/// <param name="Pid">The process ID.</param>
/// <param name="StartTime">
/// When the process was started, in clock ticks since boot. Together with the process ID it identifies one process forever.
/// </param>
/// <param name="Filters">The number of seccomp filters of the process.</param>
/// <param name="Keys">
/// The number of its process namespace, or of its mount namespace if the container has no process namespace of its own; and the number of
/// its control group, if no other process is in it.
/// </param>
/// <param name="CgroupLevel">The depth of its control group; 0 if that is not a key.</param>
internal sealed record ContainerProcess(int Pid, long StartTime, int Filters, ulong[] Keys, int CgroupLevel)
{
    private const int StateField = 3;
    private const int ThreadsField = 20;
    private const int StartTimeField = 22;

    /// <summary>
    /// Reads the data of a process that the runtime has set up but in which it has not yet started the container's program.
    /// </summary>
    internal static ContainerProcess Read(int pid)
    {
        byte[] status = KernelFile.Read(new FilePath($"/proc/{pid}/status"));
        if (status.Length == 0)
        {
            throw new OciHooksException($"the state's pid {pid} is no process; call this as a createRuntime hook");
        }

        if (Field(status, "Seccomp_filters:\t"u8) is not { } filters)
        {
            throw new OciHooksException("this kernel does not count seccomp filters (Seccomp_filters in /proc/PID/status); "
                + "record on Linux 5.9 or later, with CONFIG_SECCOMP_FILTER");
        }

        ulong mountNamespace = Namespace(pid, "mnt");
        if (mountNamespace == Namespace(null, "mnt"))
        {
            throw new OciHooksException($"process {pid} is in no mount namespace of its own; call this as a createRuntime hook");
        }

        List<ulong> keys = [IsFirstOfNamespace(status) ? Namespace(pid, "pid") : mountNamespace];
        (ulong Id, int Level) cgroup = CgroupOf(pid);
        if (cgroup.Level > 0)
        {
            keys.Add(cgroup.Id);
        }

        return new ContainerProcess(pid, StartTimeOf(pid), filters, [.. keys], cgroup.Level);
    }

    /// <summary>Whether a process is still alive.</summary>
    internal static bool IsAlive(int pid, long startTime) => pid > 0 && StartTimeOf(pid) == startTime;

    /// <summary>
    /// Returns field 22 of /proc/PID/stat; 0 if the process is missing or a zombie. A zombie with other live threads counts as alive.
    /// </summary>
    private static long StartTimeOf(int pid)
    {
        string stat = Encoding.UTF8.GetString(KernelFile.Read(new FilePath($"/proc/{pid}/stat")));
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ');
        const int nameField = 2;
        bool isThere = fields.Length > StartTimeField - nameField
            && (fields[StateField - nameField] is not ("Z" or "X") || fields[ThreadsField - nameField] is not ("0" or "1"));
        return isThere
            && long.TryParse(fields[StartTimeField - nameField], out long time) ? time : 0;
    }

    private static unsafe ulong Namespace(int? pid, string kind)
    {
        string name = pid is { } number ? $"/proc/{number}/ns/{kind}" : $"/proc/self/ns/{kind}";
        fixed (byte* path = new FilePath(name).Terminated)
        {
            return Libc.Stat(path, out FileStatus status)
                ? status.Inode
                : throw new OciHooksException($"{name}: {FileError.FromErrno("cannot be examined").Text}; run this as root");
        }
    }

    /// <summary>Whether the process is the first of its process namespace, so that no process of others is in there.</summary>
    private static bool IsFirstOfNamespace(ReadOnlySpan<byte> status)
    {
        int at = status.IndexOf("\nNSpid:\t"u8);
        ReadOnlySpan<byte> line = at < 0 ? [] : status[(at + 1)..];
        line = line[..Math.Max(line.IndexOf((byte)'\n'), 0)];
        return line.Count((byte)'\t') > 1 && line.EndsWith("\t1"u8);
    }

    /// <summary>Returns its control group in the unified hierarchy, if no other process is in it.</summary>
    private static unsafe (ulong Id, int Level) CgroupOf(int pid)
    {
        string? groups = RecorderPaths.ReadText(new FilePath($"/proc/{pid}/cgroup"));
        string path = groups?.Split('\n').FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal))?[3..] ?? "/";
        int level = path.Count(letter => letter == '/');
        if (path == "/" || level > byte.MaxValue || path.Contains("..", StringComparison.Ordinal))
        {
            return default;
        }

        foreach (string root in (string[])["/sys/fs/cgroup", "/sys/fs/cgroup/unified"])
        {
            string? processes = RecorderPaths.ReadText(new FilePath($"{root}{path}/cgroup.procs"));
            fixed (byte* directory = new FilePath(root + path).Terminated)
            {
                if (processes?.Trim() == $"{pid}" && Libc.Stat(directory, out FileStatus status))
                {
                    return (status.Inode, level);
                }
            }
        }

        return default;
    }

    private static int? Field(ReadOnlySpan<byte> status, ReadOnlySpan<byte> name)
    {
        int at = status.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(status[(at + name.Length)..], out int value, out _) ? value : null;
    }
}
