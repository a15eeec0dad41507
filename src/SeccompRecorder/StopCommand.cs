using System.Runtime.InteropServices;
using System.Text;
using HookEngine;
using HookEngine.Linux;
using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;
using SeccompRecorder.Bpf;

namespace SeccompRecorder;

/// <summary><c>seccomp-recorder stop</c>, a poststop hook: stores what was recorded of the container.</summary>
internal static class StopCommand
{
    private const uint AllRead = 0x1a4; // rw-r--r--

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(Arguments arguments, HookState state)
    {
        Places places = arguments.Places;
        Places.Make(places.State);
        using DirectoryLock turn = Turn.Take(places.State);
        var program = new SharedProgram(BpfFileSystem.Directory(places.OwnBpf));
        string name = OngoingRecording.NameOf(state);
        OngoingRecording? recording = OngoingRecording.Read(places.State, name);
        List<OngoingRecording> others = Leftovers.Collect(places.State, program, name);
        try
        {
            if (recording is not null)
            {
                End(recording, places.State, program);
            }
        }
        finally
        {
            if (others.Count == 0)
            {
                program.End();
            }
            else
            {
                program.Select(others);
            }
        }

        return 0;
    }

    /// <summary>Ends a recording, and stores it.</summary>
    internal static void End(OngoingRecording ongoing, FilePath state, SharedProgram program)
    {
        ReadOnlySpan<CallRecord> records = program.Remove(ongoing);
        ongoing.Remove(state);
        if (records.IsEmpty)
        {
            return;
        }

        var directory = new FilePath(ongoing.Store);
        Places.Make(directory);
        if (ongoing.Slot is { } slot)
        {
            Store(ongoing, RecordingOf(ongoing, SlotOf(records, slot)), directory);
        }

        if (ongoing.DenialSlot is { } denialSlot && ongoing.EnforcedProfile is { } profile)
        {
            TellDenials(RecordingOf(ongoing, SlotOf(records, denialSlot)), profile, isEnforced: true, directory);
        }
    }

    /// <summary>Does with the recording of a run what was ordered.</summary>
    private static void Store(OngoingRecording ongoing, Recording recording, FilePath directory)
    {
        if (ongoing.IsStored)
        {
            _ = new RecordingStore(directory).Add(recording);
        }

        // Its file may be gone meanwhile, which must not cost the recording.
        if (ongoing.Profile is { } profile)
        {
            TellDenials(recording, profile, isEnforced: false, directory);
        }

        if (ongoing.TraceOrder is { } order)
        {
            WriteProfile(TraceOrder.Parse(order), recording);
        }
    }

    /// <summary>The recording of a run.</summary>
    /// <param name="ongoing">What was noted of it.</param>
    /// <param name="records">What was counted.</param>
    private static Recording RecordingOf(OngoingRecording ongoing, ReadOnlySpan<CallRecord> records) =>
        Recording.OfRun(
            ongoing.Subject,
            ongoing.Image,
            CallAbis.Native,
            new RecordedRun(DateTimeOffset.UtcNow, ongoing.Container, ongoing.ContainerName, []),
            CallsOf(records));

    private static ReadOnlySpan<CallRecord> SlotOf(ReadOnlySpan<CallRecord> records, int slot) =>
        records.Slice(CallRecord.Begin(slot), CallRecord.SlotLength);

    /// <summary>Notes what a profile denied or would have denied, and tells it.</summary>
    private static void TellDenials(Recording recording, string profile, bool isEnforced, FilePath directory)
    {
        SeccompProfile denying = ProfileReader.ReadFile(new FilePath(profile), ProfileConditions.ThisMachine);
        IReadOnlyList<Denial> denials = Denial.Of(recording, denying, isEnforced);
        new DenialLog(directory).Add(denials);
        foreach (Denial denial in denials)
        {
            RecorderEvent.WriteDenial(denial);
        }
    }

    /// <summary>What the input profile has rules for stays as it says, so that what it blocks stays blocked.</summary>
    private static void WriteProfile(TraceOrder order, Recording recording)
    {
        SeccompProfile profile = ProfileDerivation.Robust(recording);
        if (order.Input is { } input)
        {
            profile = ProfileReader.ReadFile(new FilePath(input), ProfileConditions.ThisMachine).Extend(profile);
        }

        var output = new FilePath(order.Output);
        if (AtomicReplacement.Publish(output, AllRead, ProfileJson.Write(profile)) is { } failure)
        {
            throw new OciHooksException(
                $"{output}: {failure.Text}; name a file in a directory that is there in io.containers.trace-syscall");
        }
    }

    private static SortedDictionary<CallAbi, IReadOnlyList<RecordedCall>> CallsOf(ReadOnlySpan<CallRecord> records)
    {
        var calls = new SortedDictionary<CallAbi, IReadOnlyList<RecordedCall>>();
        CallAbi native = CallAbis.Native;
        IReadOnlyList<CallAbi> abis = [native, .. CallAbis.ForeignTo(native)];
        for (int i = 0; i < abis.Count; i++)
        {
            var named = new List<RecordedCall>();
            int limit = i == CallRecord.AbiCount - 1 ? CallTable.NumberLimit - 2 : CallTable.NumberLimit;
            for (int number = 0; number < limit; number++)
            {
                ref readonly CallRecord record = ref records[(i * CallTable.NumberLimit) + number];
                if (record.Count > 0)
                {
                    named.Add(CallOf(CallTable.Instance.Name(abis[i], number) ?? $"#{number}", record));
                }
            }

            if (abis[i] == native)
            {
                AddNamespaceMakers(named, records);
            }

            if (named.Count > 0)
            {
                named.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
                calls.Add(abis[i], named);
            }
        }

        return calls;
    }

    /// <summary>They were counted apart, and are calls of clone and clone3 all the same.</summary>
    private static void AddNamespaceMakers(List<RecordedCall> calls, ReadOnlySpan<CallRecord> records)
    {
        foreach ((string name, int index) in (ReadOnlySpan<(string, int)>)[
            ("clone", CallRecord.NamespacesByClone), ("clone3", CallRecord.NamespacesByClone3)])
        {
            if (records[index].Count == 0)
            {
                continue;
            }

            RecordedCall maker = CallOf(ProfileDerivation.NamespaceMaker, records[index]);
            int plain = calls.FindIndex(call => call.Name == name);
            if (plain < 0)
            {
                calls.Add(maker with { Name = name });
            }
            else
            {
                calls[plain] = calls[plain] with { Count = calls[plain].Count + maker.Count };
            }

            int other = calls.FindIndex(call => call.Name == maker.Name);
            if (other < 0)
            {
                calls.Add(maker);
            }
            else
            {
                calls[other] = calls[other] with { Count = calls[other].Count + maker.Count };
            }
        }
    }

    private static unsafe RecordedCall CallOf(string name, in CallRecord record)
    {
        ReadOnlySpan<byte> command = MemoryMarshal.CreateReadOnlySpan(in record.Command[0], CallRecord.CommandSize);
        int end = command.IndexOf((byte)0);
        return new RecordedCall(name, (long)record.Count, Encoding.UTF8.GetString(end < 0 ? command : command[..end]), (int)record.Process);
    }
}
