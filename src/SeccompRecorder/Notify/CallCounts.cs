using System.Text;
using HookEngine.Linux;
using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;
using SeccompRecorder.Bpf;

namespace SeccompRecorder.Notify;

/// <summary>The calls of one container as a listener was told of them, in the form in which the eBPF program notes them.</summary>
internal sealed unsafe class CallCounts
{
    private const uint ArchitectureX86 = 0x40000003; // AUDIT_ARCH_I386
    private const uint ArchitectureArm = 0x40000028; // AUDIT_ARCH_ARM
    private const int X32Bit = 0x40000000; // __X32_SYSCALL_BIT

    private static readonly int? s_clone = CallTable.Instance.Number(CallAbis.Native, "clone");
    private static readonly int? s_clone3 = CallTable.Instance.Number(CallAbis.Native, "clone3");

    private readonly CallRecord[] _records = new CallRecord[CallRecord.SlotLength];

    internal ReadOnlySpan<CallRecord> Records => _records;

    /// <summary>The name of a call; null if the table has none.</summary>
    internal static string? NameOf(in CallNotification call)
    {
        (int abi, int number) = Place(call);
        IReadOnlyList<CallAbi> abis = [CallAbis.Native, .. CallAbis.ForeignTo(CallAbis.Native)];
        return abi < abis.Count ? CallTable.Instance.Name(abis[abi], number) : null;
    }

    /// <summary>Counts a call that waits.</summary>
    /// <param name="filter">Where it waits.</param>
    /// <param name="call">The call.</param>
    internal void Add(int filter, in CallNotification call)
    {
        (int abi, int number) = Place(call);
        if ((uint)number >= CallTable.NumberLimit)
        {
            return;
        }

        ref CallRecord record = ref _records[Special(filter, call, abi, number) ?? ((abi * CallTable.NumberLimit) + number)];
        if (record.Count++ == 0)
        {
            Describe(call.Thread, ref record);
        }
    }

    private static (int Abi, int Number) Place(in CallNotification call) => call.Architecture is ArchitectureX86 or ArchitectureArm
        ? (1, call.Number)
        : CallAbis.Native == CallAbi.X8664 && (call.Number & X32Bit) != 0 ? (2, call.Number & ~X32Bit) : (0, call.Number);

    /// <summary>The record of a clone that makes namespaces; null for all other calls.</summary>
    private static int? Special(int filter, in CallNotification call, int abi, int number)
    {
        if (abi != 0 || (number != s_clone && number != s_clone3))
        {
            return null;
        }

        ulong flags = number == s_clone ? call.Arguments[0] : FlagsOfClone3(filter, call);
        return (flags & ProfileDerivation.NamespaceFlags) == 0 ? null
            : number == s_clone ? CallRecord.NamespacesByClone : CallRecord.NamespacesByClone3;
    }

    /// <summary>The first member of struct clone_args, clone(2); 0 if the process is not to be looked into.</summary>
    private static ulong FlagsOfClone3(int filter, in CallNotification call)
    {
        int memory;
        fixed (byte* path = new FilePath($"/proc/{call.Thread}/mem").Terminated)
        {
            memory = Libc.Open(path, Libc.O_RDONLY);
        }

        ulong flags = 0;
        bool isRead = memory >= 0 && Libc.ReadAt(memory, (byte*)&flags, sizeof(ulong), (long)call.Arguments[0]) == sizeof(ulong)
            && Libc.IsWaiting(filter, call.Id);
        _ = Libc.close(memory);
        return isRead ? flags : 0;
    }

    /// <summary>Which process it is, proc_pid_status(5).</summary>
    private static void Describe(uint thread, ref CallRecord record)
    {
        string status = Places.ReadText(new FilePath($"/proc/{thread}/status")) ?? "";
        foreach (string line in status.Split('\n'))
        {
            if (line.StartsWith("Name:\t", StringComparison.Ordinal))
            {
                byte[] name = Encoding.UTF8.GetBytes(line["Name:\t".Length..]);
                fixed (byte* command = record.Command)
                {
                    int length = Math.Min(name.Length, CallRecord.CommandSize - 1);
                    name.AsSpan(0, length).CopyTo(new Span<byte>(command, CallRecord.CommandSize));
                }
            }
            else if (line.StartsWith("Tgid:\t", StringComparison.Ordinal))
            {
                _ = uint.TryParse(line["Tgid:\t".Length..], out record.Process);
            }
        }
    }
}
