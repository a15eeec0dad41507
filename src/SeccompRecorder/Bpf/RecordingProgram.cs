using Linux;
using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;
using static SeccompRecorder.Bpf.BpfHelper;
using static SeccompRecorder.Bpf.BpfRegister;

namespace SeccompRecorder.Bpf;

/// <summary>
/// The eBPF programs, which run at every system call of the machine. One is at the raw tracepoint <c>sys_enter</c>, after the filters. It
/// counts the calls that a recorded container's own filter has allowed. The other is at <c>sys_exit</c>, which denied calls also reach. It
/// counts the calls that fail in the way a filter makes them fail. A task belongs to a container if it is in the container's process
/// namespace or one inside that, in its mount namespace if the container has no process namespace of its own, or in its control group. The
/// task's calls count if it has more filters than the container's first process had when the runtime set it up.
/// </summary>
internal sealed class RecordingProgram
{
    private const int NestedPidNamespaces = 4;
    private const int KeyOffset = -8;
    private const int ScratchOffset = -16;
    private const int PrefilterOffset = -24;
    private const int NamespacesOffset = -32;
    private const int PidNamespaceOffset = -40;
    private const int EntryOffset = -48;

    /// <summary>The unit of start times in /proc/PID/stat, USER_HZ: a hundredth of a second.</summary>
    private const int NanosecondsATick = 10_000_000;
    private const int RegistersArgument = 0;
    private const int CallNumberArgument = 8;
    private const int ResultArgument = 8;
    private const int ENOSYS = 38;

    /// <summary>
    /// The offset of a call's first argument in struct pt_regs: rdi, or x0. It does not change, because ptrace(2) exposes it.
    /// </summary>
    private const int X86FirstArgument = 112;
    private const int ArmFirstArgument = 0;

    /// <summary>The offset of the call number in struct pt_regs: orig_rax, or syscallno.</summary>
    private const int X86Number = 120;
    private const int ArmNumber = 280;
    private const int X32Bit = 0x40000000;
    private const int X86CompatibleCall = 2;
    private const int ArmCompatibleTask = 1 << 22;

    /// <summary>The kernel's flag for PTRACE_O_SUSPEND_SECCOMP, ptrace(2). criu sets it when it puts its own code into a process.</summary>
    private const int FiltersAreSuspended = 1 << 24;

    private readonly BpfAssembler _code = new();
    private readonly KernelOffsets _offsets;
    private readonly SharedMaps _maps;
    private readonly bool _readsDirectly;
    private readonly bool _isArm;
    private readonly bool _isAtExit;
    private readonly int _end;
    private readonly int _foundByProcesses;
    private readonly int _byCgroup;
    private readonly int _found;

    private RecordingProgram(KernelOffsets offsets, SharedMaps maps, bool readsDirectly, bool isArm, bool isAtExit)
    {
        _offsets = offsets;
        _maps = maps;
        _readsDirectly = readsDirectly;
        _isArm = isArm;
        _isAtExit = isAtExit;
        _end = _code.NewLabel();
        _foundByProcesses = _code.NewLabel();
        _byCgroup = _code.NewLabel();
        _found = _code.NewLabel();
    }

    /// <summary>Returns the program's instructions.</summary>
    /// <param name="offsets">The kernel's offsets of what the program reads.</param>
    /// <param name="maps">The maps that the program reads and writes.</param>
    /// <param name="readsDirectly">Whether the program may read kernel memory directly, which is faster. Needs Linux 5.11.</param>
    /// <param name="isArm">Whether the machine is a 64-bit ARM.</param>
    /// <param name="isAtExit">Whether the program is the one for denied calls, at <c>sys_exit</c>.</param>
    internal static ulong[] Make(KernelOffsets offsets, SharedMaps maps, bool readsDirectly, bool isArm, bool isAtExit)
    {
        var program = new RecordingProgram(offsets, maps, readsDirectly, isArm, isAtExit);
        program.LeaveUnfiltered();
        program.FindByNamespaces();
        program.CompareFirstProcesses();
        program.FindByCgroup();
        program.CompareFilters();
        program.ComputeIndex();
        if (!isAtExit)
        {
            program.RecordNamespaceCreation();
        }

        program.Count();
        return program._code.Assemble();
    }

    /// <summary>
    /// Ends the program for tasks without filters, which most tasks are. Afterwards R6 is the context, R7 the task, R9 its filter count.
    /// </summary>
    private void LeaveUnfiltered()
    {
        _code.Move(R6, R1);
        if (_isAtExit)
        {
            int denied = _code.NewLabel();
            _code.Load64(R1, R6, ResultArgument);
            _code.JumpIfEqual(R1, -Libc.EPERM, denied);
            _code.JumpIfNotEqual(R1, -ENOSYS, _end);
            _code.Mark(denied);
        }

        _code.Call(_readsDirectly ? CurrentTypedTask : CurrentTask);
        _code.Move(R7, R0);
        Read(R9, R7, _offsets.FilterCount, 4);
        _code.JumpIfEqual(R9, 0, _end);
    }

    private void FindByNamespaces()
    {
        _code.Store32(Frame, KeyOffset, 0);
        LookUp(_maps.ContainerPrefilter);
        _code.JumpIfEqual(R0, 0, _end);
        _code.Store64(Frame, PrefilterOffset, R0);

        // The verifier takes one or two milliseconds for each pointer that it follows from a task.
        Read(R8, R7, _offsets.Namespaces, 8);
        _code.Store64(Frame, NamespacesOffset, R8);
        Read(R8, R8, _offsets.MountNamespace, 8);
        Read(R1, R8, _offsets.MountNumber, 4);
        LookUpContainer(R1, _found);

        // The outermost namespace has no parent. It is not a container's own.
        _code.Load64(R8, Frame, NamespacesOffset);
        Read(R8, R8, _offsets.PidNamespace, 8);
        for (int i = 0; i < NestedPidNamespaces; i++)
        {
            Read(R1, R8, _offsets.PidNumber, 4);
            _code.Store64(Frame, KeyOffset, R1);
            _code.Store64(Frame, PidNamespaceOffset, R8);
            Read(R8, R8, _offsets.PidParent, 8);
            _code.JumpIfEqual(R8, 0, _byCgroup);
            LookUpContainer(_foundByProcesses);
        }

        _code.Jump(_byCgroup);
    }

    /// <summary>
    /// Compares first processes, because another process namespace may have the number by now. Reads by a helper function, to spare the
    /// verifier; this happens only in a recorded container.
    /// </summary>
    private void CompareFirstProcesses()
    {
        _code.Mark(_foundByProcesses);
        _code.Store64(Frame, EntryOffset, R0);
        _code.Load64(R1, Frame, PidNamespaceOffset);
        foreach (int offset in (ReadOnlySpan<int>)[_offsets.PidFirstProcess, _offsets.ThreadGroupLeader, _offsets.StartTime])
        {
            _code.Move(R3, R1);
            _code.Add(R3, offset);
            ReadAt(ReadKernel, 8);
            _code.Load64(R1, Frame, ScratchOffset);
        }

        _code.Divide(R1, NanosecondsATick);
        _code.Load64(R0, Frame, EntryOffset);
        _code.Load64(R2, R0, ContainerEntry.StartTimeOffset);
        _code.JumpIfEqual(R1, R2, _found);
    }

    private void FindByCgroup()
    {
        _code.Mark(_byCgroup);
        _code.Load64(R1, Frame, PrefilterOffset);
        _code.Load64(R8, R1, ContainerPrefilter.LevelsOffset);
        for (int i = 0; i < ContainerPrefilter.LevelCount; i++)
        {
            _code.Move(R1, R8);
            _code.And(R1, byte.MaxValue);
            _code.JumpIfEqual(R1, 0, _end);
            _code.ShiftRight(R8, 8);
            _code.Call(CurrentAncestorCgroup);
            LookUpContainer(R0, _found);
        }

        _code.Jump(_end);
    }

    /// <summary>
    /// Ends the program for calls that are not the container's own: what the runtime does before the container's own filter, and what is
    /// done while filters are suspended, which is code that checkpoints or restores the container. Afterwards R8 is the container's first
    /// record.
    /// </summary>
    private void CompareFilters()
    {
        _code.Mark(_found);
        _code.Load64(R1, R0, ContainerEntry.FiltersOffset);
        _code.JumpIfAtMost(R9, R1, _end);
        _code.Load32(R8, R0, _isAtExit ? ContainerEntry.FirstDenialOffset : ContainerEntry.FirstRecordOffset);
        _code.JumpIfEqual(R8, 0, _end);
        Read(R1, R7, _offsets.Traced, 4);
        _code.JumpIfAnySet(R1, FiltersAreSuspended, _end);
    }

    /// <summary>Sets R9 to the index of the call's record in the slot.</summary>
    private void ComputeIndex()
    {
        int compatible = _code.NewLabel();
        int known = _code.NewLabel();
        ReadNumber();
        Read(R1, R7, _offsets.CallMode, 4);
        _code.JumpIfAnySet(R1, _isArm ? ArmCompatibleTask : X86CompatibleCall, compatible);
        if (!_isArm)
        {
            int native = _code.NewLabel();
            int x32 = _code.NewLabel();
            _code.JumpIfAnySet(R9, X32Bit, x32);
            _code.Jump(native);
            _code.Mark(x32);
            _code.And(R9, X32Bit - 1);
            _code.JumpIfAtLeast(R9, CallTable.NumberLimit, _end);
            _code.Add(R9, 2 * CallTable.NumberLimit);
            _code.Jump(known);
            _code.Mark(native);
        }

        _code.JumpIfAtLeast(R9, CallTable.NumberLimit, _end);
        _code.Jump(known);
        _code.Mark(compatible);
        _code.JumpIfAtLeast(R9, CallTable.NumberLimit, _end);
        _code.Add(R9, CallTable.NumberLimit);
        _code.Mark(known);
    }

    /// <summary>Uses a separate record for a clone that creates namespaces. A profile can forbid it and allow the others.</summary>
    private void RecordNamespaceCreation()
    {
        CallTable table = CallTable.Instance;
        CallAbi native = _isArm ? CallAbi.Arm64 : CallAbi.X8664;
        int others = _code.NewLabel(), clone = _code.NewLabel(), clone3 = _code.NewLabel(), done = _code.NewLabel();
        _code.JumpIfEqual(R9, table.Number(native, "clone")!.Value, clone);
        _code.JumpIfEqual(R9, table.Number(native, "clone3")!.Value, clone3);
        _code.Jump(others);

        _code.Mark(clone);
        ReadFirstArgument();
        TakeNamespaces(CallRecord.NamespacesByClone, done);

        // The flags are the first member of the structure that the argument points to.
        _code.Mark(clone3);
        ReadFirstArgument();
        _code.Load64(R3, Frame, ScratchOffset);
        ReadAt(ReadUser, 8);
        TakeNamespaces(CallRecord.NamespacesByClone3, done);
        _code.Mark(others);
        _code.Mark(done);
    }

    /// <summary>Sets R9 to the call number. Only <c>sys_enter</c> has it as an argument.</summary>
    private void ReadNumber()
    {
        if (!_isAtExit)
        {
            _code.Load64(R9, R6, CallNumberArgument);
            return;
        }

        _code.Load64(R3, R6, RegistersArgument);
        _code.Add(R3, _isArm ? ArmNumber : X86Number);
        ReadAt(ReadKernel, 4);
        _code.Load32(R9, Frame, ScratchOffset);
    }

    private void ReadFirstArgument()
    {
        _code.Load64(R3, R6, RegistersArgument);
        _code.Add(R3, _isArm ? ArmFirstArgument : X86FirstArgument);
        ReadAt(ReadKernel, 8);
    }

    /// <summary>Sets R9 to a record if the flags that were read contain flags of namespaces.</summary>
    private void TakeNamespaces(int record, int done)
    {
        _code.Load64(R1, Frame, ScratchOffset);
        _code.And(R1, (int)ProfileDerivation.NamespaceFlags);
        _code.JumpIfEqual(R1, 0, done);
        _code.Move(R9, record);
        _code.Jump(done);
    }

    /// <summary>Counts the call, and notes the process that makes it first.</summary>
    private void Count()
    {
        int seen = _code.NewLabel();
        _code.Add(R9, R8);
        _code.Store32(Frame, KeyOffset, R9);
        LookUp(_maps.Records);
        _code.JumpIfEqual(R0, 0, _end);
        _code.Move(R9, R0);
        _code.Load64(R1, R9, CallRecord.CountOffset);
        _code.JumpIfNotEqual(R1, 0, seen);
        _code.Call(CurrentPidAndThreadGroup);
        _code.ShiftRight(R0, 32);
        _code.Store32(R9, CallRecord.ProcessOffset, R0);
        _code.Move(R1, R9);
        _code.Add(R1, CallRecord.CommandOffset);
        _code.Move(R2, CallRecord.CommandSize);
        _code.Call(CurrentCommand);
        _code.Mark(seen);
        _code.Move(R1, 1);
        _code.AtomicAdd64(R9, CallRecord.CountOffset, R1);
        _code.Mark(_end);
        _code.Move(R0, 0);
        _code.Exit();
    }

    private void LookUpContainer(BpfRegister key, int found)
    {
        _code.Store64(Frame, KeyOffset, key);
        LookUpContainer(found);
    }

    private void LookUpContainer(int found)
    {
        int next = _code.NewLabel();
        _code.Load64(R2, Frame, KeyOffset);
        _code.Move(R3, R2);
        _code.ShiftRight(R3, ContainerPrefilter.WordShift);
        _code.And(R3, ContainerPrefilter.WordCount - 1);
        _code.ShiftLeft(R3, 3);
        _code.Load64(R1, Frame, PrefilterOffset);
        _code.Add(R1, R3);
        _code.Load64(R1, R1, ContainerPrefilter.BitsOffset);
        _code.And(R2, (1 << ContainerPrefilter.WordShift) - 1);
        _code.ShiftRight(R1, R2);
        _code.And(R1, 1);
        _code.JumpIfEqual(R1, 0, next);
        LookUp(_maps.Containers);
        _code.JumpIfNotEqual(R0, 0, found);
        _code.Mark(next);
    }

    private void LookUp(int map)
    {
        _code.LoadMap(R1, map);
        _code.Move(R2, Frame);
        _code.Add(R2, KeyOffset);
        _code.Call(MapLookup);
    }

    /// <summary>Reads kernel memory. Reads through a null pointer return zero. R0 to R5 may be overwritten.</summary>
    private void Read(BpfRegister to, BpfRegister from, int offset, int size)
    {
        if (!_readsDirectly)
        {
            _code.Move(R3, from);
            _code.Add(R3, offset);
            ReadAt(ReadKernel, size);
        }

        BpfRegister place = _readsDirectly ? from : Frame;
        int at = _readsDirectly ? offset : ScratchOffset;
        if (size == 4)
        {
            _code.Load32(to, place, at);
        }
        else
        {
            _code.Load64(to, place, at);
        }
    }

    /// <summary>Reads what R3 points to into the scratch memory; zero if the read fails.</summary>
    private void ReadAt(BpfHelper reader, int size)
    {
        _code.Move(R2, size);
        _code.Move(R1, Frame);
        _code.Add(R1, ScratchOffset);
        _code.Call(reader);
    }
}
