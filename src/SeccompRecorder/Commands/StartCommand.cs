using System.Text;
using Linux;
using SeccompProfiles.Calls;
using SeccompRecorder.Bpf;
using SeccompRecorder.State;

namespace SeccompRecorder.Commands;

/// <summary><c>seccomp-recorder start</c>, a createRuntime hook: starts to record the container's system calls.</summary>
internal static class StartCommand
{
    private const int TypesLimit = 256 * 1024 * 1024;
    private const uint OwnerOnly = 0x180; // rw-------

    private static readonly string[] s_structures =
        ["task_struct", "seccomp", "thread_info", "nsproxy", "mnt_namespace", "pid_namespace", "ns_common"];

    internal static void Run(Arguments arguments, HookState state)
    {
        string? order = arguments.FollowsAnnotation ? state.TraceRequest : null;
        _ = order is null ? null : TraceRequest.Parse(order, arguments.Profiles);
        if (BpfSupport.FindLockdown() is { } locked)
        {
            throw new OciHooksException(locked);
        }

        RecordedContainer container = RecordedContainer.Read(state);
        if (!container.HasFilter)
        {
            throw new OciHooksException(BpfSupport.FindProblem(arguments.RecorderPaths) ?? "this container has no seccomp profile, so nothing tells its own calls from the runtime's; "
                + "record it with a rule of hookctl seccomp record, which gives it one that allows all, or leave out seccomp=unconfined");
        }

        ContainerProcess process = ContainerProcess.Read(state.Pid);
        RecorderPaths paths = arguments.RecorderPaths;
        RecorderPaths.Make(paths.State);
        string name = OngoingRecording.NameOf(state);
        using DirectoryLock recorderLock = RecorderLock.Acquire(paths.State);
        var program = new SharedProgram(BpfFileSystem.Directory(paths.PrivateBpf));
        List<OngoingRecording> others = OrphanedRecordings.Finish(paths.State, program, name);

        // Several rules may apply to this container: one that records it, one that complains, one that watches.
        OngoingRecording? before = Before(name, process, paths, program);
        OngoingRecording wanted = (before ?? NewRecording(name, state, process, container, arguments)) with
        {
            TraceRequest = order ?? before?.TraceRequest,
            Profiles = order is null ? before?.Profiles : arguments.Profiles,
        };
        if (arguments.Records)
        {
            wanted = wanted with { Subject = arguments.Subject ?? container.Subject, Store = paths.Store.ToString() };
        }

        if (wanted.With(arguments, others) is not { } recording)
        {
            RecorderEvent.WriteNotRecorded(
                wanted.Container, wanted.ContainerName, wanted.Image, $"{CallRecord.SlotCount} containers are, and no more can be; stop one, or narrow the rule");
            return;
        }

        foreach (int? slot in (int?[])[recording.Slot, recording.DenialSlot])
        {
            if (slot != before?.Slot && slot != before?.DenialSlot)
            {
                program.Clear(slot);
            }
        }

        Begin(recording, before, others, program, paths);
    }

    /// <summary>Returns what another rule has noted of the container's current run. Ends what was noted of an earlier run.</summary>
    private static OngoingRecording? Before(string name, ContainerProcess process, RecorderPaths paths, SharedProgram program)
    {
        OngoingRecording? before = OngoingRecording.Read(paths.State, name);
        if (before is null || (before.Pid == process.Pid && before.StartTime == process.StartTime))
        {
            return before;
        }

        OrphanedRecordings.End(before, paths.State, program);
        return OngoingRecording.Read(paths.State, name) is null ? null : throw new OciHooksException(
            "what it did in the run before this one is not stored yet, and would be lost for this one; start it again when that is stored");
    }

    private static OngoingRecording NewRecording(
        string name, HookState state, ContainerProcess process, RecordedContainer container, Arguments arguments) => new()
        {
            Name = name,
            Container = state.Id,
            Begun = DateTimeOffset.UtcNow,
            IsRestored = state.IsStopped,
            Pid = process.Pid,
            StartTime = process.StartTime,
            Filters = process.Filters,
            Keys = process.Keys,
            CgroupLevel = process.CgroupLevel,
            Subject = arguments.Subject ?? container.Subject,
            Image = container.Image,
            ContainerName = container.Name,
            IsStored = false,
            Store = arguments.RecorderPaths.Store.ToString(),
        };

    /// <summary>
    /// Notes the recording first, so that some later process ends it whatever happens. If it cannot begin, restores the earlier state.
    /// </summary>
    private static void Begin(
        OngoingRecording recording, OngoingRecording? before, List<OngoingRecording> others, SharedProgram program, RecorderPaths paths)
    {
        recording.Write(paths.State);
        if (recording.IsStored)
        {
            BootMark.Write(recording);
        }

        try
        {
            program.Add(recording, others, () => Offsets(paths));
        }
        catch (OciHooksException)
        {
            if (before is null)
            {
                recording.Remove(paths.State);
                BootMark.Remove(recording);
            }
            else
            {
                before.Write(paths.State);
            }

            throw;
        }
    }

    /// <summary>
    /// Returns the running kernel's offsets: as an earlier start noted them, or from the kernel's types, which takes longer.
    /// </summary>
    private static KernelOffsets Offsets(RecorderPaths paths)
    {
        string boot = BootMark.ThisBoot;
        if (RecorderPaths.ReadText(paths.Kernel) is { } known && KernelOffsets.Parse(known, boot) is { } offsets)
        {
            return offsets;
        }

        using NativeBuffer types = RegularFile.Read(KernelTypes.File, TypesLimit, out FileError error)
            ?? throw new OciHooksException(
                $"{KernelTypes.File}: {error.Text}: this kernel does not describe its types (CONFIG_DEBUG_INFO_BTF); record on one that does");
        KernelOffsets found = KernelOffsets.Of(
            new KernelTypes(types.Span, s_structures), boot, isArm: CallAbis.Native == CallAbi.Arm64);

        // This is the first start of the boot. If this write fails, later starts are only slower.
        BootMark.ReportLost(paths.Store);
        _ = AtomicReplacement.Create(paths.Kernel, OwnerOnly, Encoding.ASCII.GetBytes(found.ToString()));
        return found;
    }
}
