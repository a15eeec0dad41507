using System.Buffers.Text;
using System.Globalization;
using Linux;

namespace RuncWrap.Supervision;

/// <summary>
/// The processes below this one. Orphans among them become its children (<see cref="Libc.AdoptOrphans"/>), so that killing children until
/// there are none ends all, whatever session, process group or PID namespace they have gone to.
/// </summary>
internal static class Descendants
{
    /// <summary>Kills every child. What they leave behind are children then, proc_pid_task(5) children.</summary>
    internal static void KillChildren()
    {
        int level = NamespaceDepth();
        ReadOnlySpan<byte> rest = KernelFile.TryRead(new FilePath("/proc/thread-self/children"), out _);
        while (Utf8Parser.TryParse(rest, out int child, out int length))
        {
            rest = rest[length..].TrimStart((byte)' ');
            if ((level == 0 ? child : PidAt(level, child)) is { } pid)
            {
                _ = Libc.kill(pid, Libc.SIGKILL);
            }
        }
    }

    /// <summary>
    /// How many PID namespaces lie between the one that /proc shows and this process's own: a createContainer hook is run with the
    /// host's /proc in the container's PID namespace, whose numbers kill(2) wants.
    /// </summary>
    private static int NamespaceDepth() => NamespacePids("self").Count(pid => pid == '\t') - 1;

    /// <summary>The number of a process in this process's PID namespace; null if it is gone.</summary>
    private static int? PidAt(int level, int process)
    {
        ReadOnlySpan<byte> pids = NamespacePids(process.ToString(CultureInfo.InvariantCulture));
        for (int i = 0; !pids.IsEmpty; i++)
        {
            pids = pids[1..];
            if (i == level)
            {
                return Utf8Parser.TryParse(pids, out int pid, out _) ? pid : null;
            }

            int next = pids.IndexOf((byte)'\t');
            pids = next < 0 ? [] : pids[next..];
        }

        return null;
    }

    /// <summary>The numbers of a process from the namespace of /proc inwards, a tab before each, proc_pid_status(5) NSpid.</summary>
    private static byte[] NamespacePids(string process)
    {
        ReadOnlySpan<byte> status = KernelFile.TryRead(new FilePath($"/proc/{process}/status"), out _);
        ReadOnlySpan<byte> name = "\nNSpid:"u8;
        int start = status.IndexOf(name);
        if (start < 0)
        {
            return [];
        }

        status = status[(start + name.Length)..];
        int end = status.IndexOf((byte)'\n');
        return status[..(end < 0 ? status.Length : end)].ToArray();
    }
}
