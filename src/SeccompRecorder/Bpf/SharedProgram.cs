using Linux;
using SeccompProfiles.Calls;
using SeccompRecorder.State;

namespace SeccompRecorder.Bpf;

/// <summary>
/// The eBPF programs that record all containers, and their maps. They stay in the kernel because they are pinned to paths in a file system.
/// Removing the path of a link ends its program.
/// </summary>
internal sealed unsafe class SharedProgram
{
    private const int MostKeys = 2 * CallRecord.SlotCount;
    private const int MapSize = CallRecord.TotalLength * CallRecord.Size;

    private readonly FilePath _containers;
    private readonly FilePath _records;
    private readonly FilePath _prefilter;
    private readonly FilePath _link;
    private readonly FilePath _exitLink;

    internal SharedProgram(FilePath directory)
    {
        _containers = directory.Combine("containers"u8);
        _records = directory.Combine("records"u8);
        _prefilter = directory.Combine("selection"u8);
        _link = directory.Combine("link"u8);
        _exitLink = directory.Combine("exit_link"u8);
    }

    /// <summary>Begins to record a container.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="others">The recordings that continue.</param>
    /// <param name="offsets">Returns the offsets of the running kernel. It is called only to load a program.</param>
    internal void Add(OngoingRecording recording, List<OngoingRecording> others, Func<KernelOffsets> offsets)
    {
        SharedMaps maps = OpenMaps() ?? CreateMaps();
        if (Open(_link) is null)
        {
            int link = Attach("sys_enter\0"u8, Load(offsets(), maps, isAtExit: false));
            Pin(link, _link);
        }

        if (recording.DenialSlot is not null && Open(_exitLink) is null)
        {
            int exit = Attach("sys_exit\0"u8, Load(offsets(), maps, isAtExit: true));
            Pin(exit, _exitLink);
        }

        ContainerEntry entry = new(First(recording.Slot), First(recording.DenialSlot), (ulong)recording.Filters, (ulong)recording.StartTime);
        foreach (ulong key in recording.Keys)
        {
            _ = Require(BpfObject.Update(maps.Containers, &key, &entry), "add a container to the eBPF program's");
        }

        Select(maps, [recording, .. others]);
    }

    /// <summary>Clears the records of a slot, which an earlier container may have used.</summary>
    internal void Clear(int? slot)
    {
        if (slot is { } number && OpenMaps() is { } maps)
        {
            Records(maps).Slice(CallRecord.Begin(number), CallRecord.SlotLength).Clear();
        }
    }

    /// <summary>Ends a recording. Returns the records of all containers; empty if the maps are gone.</summary>
    /// <exception cref="OciHooksException">The maps cannot be opened. The caller must not assume that they are gone.</exception>
    internal ReadOnlySpan<CallRecord> Remove(OngoingRecording recording)
    {
        if (OpenMaps() is not { } maps)
        {
            return [];
        }

        foreach (ulong key in recording.Keys)
        {
            _ = BpfObject.Delete(maps.Containers, key);
        }

        return Records(maps);
    }

    /// <summary>Limits the programs to the containers of these recordings.</summary>
    internal void Select(List<OngoingRecording> recordings)
    {
        if (!recordings.Exists(recording => recording.DenialSlot is not null))
        {
            RecorderPaths.Remove(_exitLink);
        }

        if (OpenMaps() is { } maps)
        {
            Select(maps, recordings);
        }
    }

    /// <summary>Ends the programs, but keeps the maps. Nothing is recorded any more.</summary>
    internal void Pause()
    {
        RecorderPaths.Remove(_link);
        RecorderPaths.Remove(_exitLink);
    }

    /// <summary>Ends the programs and removes the maps. Nothing is recorded any more.</summary>
    internal void End()
    {
        Pause();
        RecorderPaths.Remove(_containers);
        RecorderPaths.Remove(_records);
        RecorderPaths.Remove(_prefilter);
    }

    private static void Select(SharedMaps maps, List<OngoingRecording> recordings)
    {
        var prefilter = default(ContainerPrefilter);
        foreach (OngoingRecording recording in recordings)
        {
            prefilter.Add(recording.Keys, recording.CgroupLevel);
        }

        // A program may see the map half written, but each number whole. The bits of recordings that continue do not change.
        int index = 0;
        _ = Require(BpfObject.Update(maps.ContainerPrefilter, &index, &prefilter), "write an eBPF map");
    }

    /// <summary>Opens the maps; null if the path of one of them is missing.</summary>
    private SharedMaps? OpenMaps() =>
        Open(_containers) is { } containers && Open(_records) is { } records && Open(_prefilter) is { } prefilter
            ? new SharedMaps(containers, records, prefilter)
            : null;

    /// <summary>Opens a pinned object; null if the path is missing.</summary>
    private static int? Open(FilePath path)
    {
        int descriptor = BpfObject.Open(path);
        return descriptor < 0 && Libc.Errno == Libc.ENOENT ? null : Require(descriptor, $"open its eBPF object {path}");
    }

    private SharedMaps CreateMaps()
    {
        End();
        Libc.LiftMemoryLockLimit();
        var maps = new SharedMaps(
            Require(BpfObject.CreateHash("ocihooks_contai"u8, ContainerEntry.Size, MostKeys), "make an eBPF map (CONFIG_BPF_SYSCALL)"),
            Require(
                BpfObject.CreateArray("ocihooks_record"u8, CallRecord.Size, CallRecord.TotalLength),
                "make an eBPF map that can be had as memory (Linux 5.5)"),
            Require(
                BpfObject.CreateArray("ocihooks_select"u8, ContainerPrefilter.Size, 1), "make an eBPF map that can be had as memory (Linux 5.5)"));
        Pin(maps.Containers, _containers);
        Pin(maps.Records, _records);
        Pin(maps.ContainerPrefilter, _prefilter);
        return maps;
    }

    /// <summary>
    /// Loads a program that reads the kernel's types directly. If the kernel refuses it (before 5.11), loads one that reads with a helper
    /// function.
    /// </summary>
    private static int Load(KernelOffsets offsets, SharedMaps maps, bool isAtExit)
    {
        bool isArm = CallAbis.Native == CallAbi.Arm64;
        ulong[] code = RecordingProgram.Make(offsets, maps, readsDirectly: true, isArm, isAtExit);
        int program = BpfObject.LoadProgram("ocihooks_record"u8, code, out _);
        if (program >= 0)
        {
            return program;
        }

        code = RecordingProgram.Make(offsets, maps, readsDirectly: false, isArm, isAtExit);
        program = BpfObject.LoadProgram("ocihooks_record"u8, code, out string log);
        int end = log.LastIndexOf('\n');
        return Require(program, $"load its eBPF program{(log.Length == 0 ? "" : $" (the verifier says: {log[(end + 1)..]})")}");
    }

    private static uint First(int? slot) => slot is { } number ? (uint)CallRecord.Begin(number) : 0;

    private static int Attach(ReadOnlySpan<byte> tracepoint, int program) => Require(
        BpfObject.Attach(tracepoint, program), "attach to the raw tracepoints of system calls (CONFIG_HAVE_SYSCALL_TRACEPOINTS)");

    /// <summary>Returns the records as mapped memory. The mapping lasts until the process ends.</summary>
    private static Span<CallRecord> Records(SharedMaps maps)
    {
        byte* memory = Libc.Map(maps.Records, MapSize);
        _ = Require(memory == null ? -1 : 0, "have an eBPF map as memory (Linux 5.5)");
        return new Span<CallRecord>(memory, CallRecord.TotalLength);
    }

    private static void Pin(int descriptor, FilePath path) =>
        _ = Require(BpfObject.Pin(descriptor, path), $"pin an eBPF object at {path} (for links: Linux 5.7)");

    private static int Require(int result, string what)
    {
        if (result >= 0)
        {
            return result;
        }

        int error = Libc.Errno;
        throw new OciHooksException($"cannot {what}: {Libc.ErrorText(error)}; {BpfSupport.Because(error)}");
    }
}
