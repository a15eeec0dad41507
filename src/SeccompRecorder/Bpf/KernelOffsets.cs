using System.Globalization;

namespace SeccompRecorder.Bpf;

/// <summary>
/// The offsets of the fields that the programs read in the running kernel, in bytes from the beginning of each structure.
/// </summary>
internal sealed record KernelOffsets
{
    private const int Count = 13;

    /// <summary>The number of filters that apply to the task's calls, <c>task_struct.seccomp.filter_count</c>. Linux 5.9.</summary>
    internal required int FilterCount { get; init; }

    /// <summary><c>thread_info.status</c> on x86, <c>thread_info.flags</c> on ARM, which mark 32-bit calls.</summary>
    internal required int CallMode { get; init; }

    /// <summary><c>task_struct.nsproxy</c></summary>
    internal required int Namespaces { get; init; }

    /// <summary><c>nsproxy.mnt_ns</c></summary>
    internal required int MountNamespace { get; init; }

    /// <summary><c>mnt_namespace.ns.inum</c></summary>
    internal required int MountNumber { get; init; }

    /// <summary><c>nsproxy.pid_ns_for_children</c>, the task's own namespace or one inside it.</summary>
    internal required int PidNamespace { get; init; }

    /// <summary><c>pid_namespace.ns.inum</c></summary>
    internal required int PidNumber { get; init; }

    /// <summary><c>pid_namespace.parent</c></summary>
    internal required int PidParent { get; init; }

    /// <summary><c>pid_namespace.child_reaper</c>, the first process of the namespace.</summary>
    internal required int PidFirstProcess { get; init; }

    /// <summary><c>task_struct.group_leader</c>, which does not change while the process lives.</summary>
    internal required int ThreadGroupLeader { get; init; }

    /// <summary><c>task_struct.start_boottime</c>, in nanoseconds.</summary>
    internal required int StartTime { get; init; }

    /// <summary><c>task_struct.ptrace</c>, which shows whether the task's filters are suspended.</summary>
    internal required int Traced { get; init; }

    /// <summary>The ID of the boot that the offsets are of. Another boot may be another kernel.</summary>
    internal required string Boot { get; init; }

    /// <summary>Reads the offsets from the types that the kernel describes.</summary>
    internal static KernelOffsets Of(KernelTypes types, string boot, bool isArm)
    {
        int number = types.Offset("ns_common", "inum");
        return new KernelOffsets
        {
            FilterCount = types.Offset("task_struct", "seccomp") + types.Offset("seccomp", "filter_count", "Linux 5.9"),
            CallMode = types.Offset("task_struct", "thread_info") + types.Offset("thread_info", isArm ? "flags" : "status"),
            Namespaces = types.Offset("task_struct", "nsproxy"),
            MountNamespace = types.Offset("nsproxy", "mnt_ns"),
            MountNumber = types.Offset("mnt_namespace", "ns") + number,
            PidNamespace = types.Offset("nsproxy", "pid_ns_for_children"),
            PidNumber = types.Offset("pid_namespace", "ns") + number,
            PidParent = types.Offset("pid_namespace", "parent"),
            PidFirstProcess = types.Offset("pid_namespace", "child_reaper"),
            ThreadGroupLeader = types.Offset("task_struct", "group_leader"),
            StartTime = types.Offset("task_struct", "start_boottime"),
            Traced = types.Offset("task_struct", "ptrace"),
            Boot = boot,
        };
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; null if the text is invalid or of another boot.</summary>
    internal static KernelOffsets? Parse(string text, string boot)
    {
        string[] words = text.Split(' ');
        int[] offsets = new int[Count];
        if (words.Length != Count || words[0] != boot)
        {
            return null;
        }

        for (int i = 1; i < Count; i++)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out offsets[i]))
            {
                return null;
            }
        }

        return new KernelOffsets
        {
            Boot = boot,
            FilterCount = offsets[1],
            CallMode = offsets[2],
            Namespaces = offsets[3],
            MountNamespace = offsets[4],
            MountNumber = offsets[5],
            PidNamespace = offsets[6],
            PidNumber = offsets[7],
            PidParent = offsets[8],
            PidFirstProcess = offsets[9],
            ThreadGroupLeader = offsets[10],
            StartTime = offsets[11],
            Traced = offsets[12],
        };
    }

    /// <summary>Returns the offsets as one line, for the next start.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Boot} {FilterCount} {CallMode} {Namespaces} {MountNamespace} {MountNumber} {PidNamespace} {PidNumber} {PidParent} " +
        $"{PidFirstProcess} {ThreadGroupLeader} {StartTime} {Traced}");
}
