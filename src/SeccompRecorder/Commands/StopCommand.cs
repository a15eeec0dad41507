using System.Runtime.InteropServices;
using System.Text;
using Linux;
using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;
using SeccompRecorder.Bpf;
using SeccompRecorder.State;

namespace SeccompRecorder.Commands;

/// <summary><c>seccomp-recorder stop</c>, a poststop hook: stores what was recorded of the container.</summary>
internal static class StopCommand
{
    private const string NotYet = "what it did is not stored yet, and will be when the next recording begins or ends: ";

    /// <summary>Ends the recording of a container, if there is one, and all orphaned recordings.</summary>
    /// <param name="paths">The directories.</param>
    /// <param name="state">The container; null to end orphaned recordings only.</param>
    internal static void Run(RecorderPaths paths, HookState? state)
    {
        if (!RecorderPaths.Exists(paths.State))
        {
            return;
        }

        RecorderPaths.Make(paths.State);
        using DirectoryLock recorderLock = RecorderLock.Acquire(paths.State);
        var program = new SharedProgram(BpfFileSystem.Find(paths.PrivateBpf) ?? paths.PrivateBpf);
        string? name = state is null ? null : OngoingRecording.NameOf(state);
        OngoingRecording? recording = name is null ? null : OngoingRecording.Read(paths.State, name);
        List<OngoingRecording> others = OrphanedRecordings.Finish(paths.State, program, name);
        bool isNoted = recording is not null;
        try
        {
            if (recording is not null)
            {
                End(recording, paths.State, program);
                isNoted = false;
            }
        }
        finally
        {
            Leave(others, isNoted ? OngoingRecording.ReadAll(paths.State) : others, program, paths);
        }
    }

    /// <summary>Removes what a failed start left behind, unless it is still needed.</summary>
    internal static void FinishOrphans(RecorderPaths paths)
    {
        try
        {
            Run(paths, null);
        }
        catch (OciHooksException)
        {
            // The start failed for the same reason, and that was reported already.
        }
    }

    /// <summary>
    /// Removes the parts of the eBPF programs that are no longer needed: all of them, all but the records that are not stored, or none.
    /// </summary>
    private static void Leave(List<OngoingRecording> others, List<OngoingRecording> noted, SharedProgram program, RecorderPaths paths)
    {
        List<OngoingRecording> running = others.FindAll(recording => recording.IsAlive);
        if (noted.Count == 0)
        {
            program.End();
            BpfFileSystem.Leave(paths.PrivateBpf);
        }
        else if (running.Count == 0)
        {
            program.Pause();
        }
        else
        {
            program.Select(running);
        }
    }

    /// <summary>
    /// Ends a recording, and does what was requested with it. It stays noted until it is stored, so a kill at any moment loses nothing.
    /// Repeating the same steps makes no difference.
    /// </summary>
    internal static void End(OngoingRecording ongoing, FilePath state, SharedProgram program)
    {
        ReadOnlySpan<CallRecord> records = RecordsOf(ongoing, program);
        if (records.IsEmpty)
        {
            ongoing.Remove(state);
            BootMark.Remove(ongoing);
            throw new OciHooksException("what it did is lost: the eBPF program and its maps are gone; leave them alone while containers run");
        }

        var directory = new FilePath(ongoing.Store);
        Recording? made = ongoing.Slot is { } slot ? RecordingOf(ongoing, SlotOf(records, slot)) : null;
        Recording? failed = ongoing.DenialSlot is { } denialSlot ? RecordingOf(ongoing, SlotOf(records, denialSlot)) : null;
        OciHooksException? first = null;
        if (failed is not null && ongoing.EnforcedProfile is { } enforced)
        {
            Attempt(() => ReportDenials(failed, enforced, isEnforced: true, directory), ref first);
        }

        // The profile's file may be gone by now. That must not cost the recording.
        if (made is not null && ongoing.Profile is { } profile)
        {
            Attempt(() => ReportDenials(made, profile, isEnforced: false, directory), ref first);
        }

        // A container whose create failed, or that nobody started, made none of its program's calls.
        bool hasRun = made is not null && (ongoing.IsRestored ? made.Calls.Count > 0 : made.HasExecuted);
        if (hasRun && ongoing.TraceRequest is { } order)
        {
            Attempt(() => WriteProfile(TraceRequest.Parse(order, ongoing.Profiles), ongoing.Profiles, made!), ref first);
        }

        if (hasRun && ongoing.IsStored)
        {
            Store(ongoing, made!, directory, state);
        }

        ongoing.Remove(state);
        BootMark.Remove(ongoing);
        if (first is not null)
        {
            throw first;
        }
    }

    private static ReadOnlySpan<CallRecord> RecordsOf(OngoingRecording ongoing, SharedProgram program)
    {
        try
        {
            return program.Remove(ongoing);
        }
        catch (OciHooksException failure)
        {
            throw new OciHooksException(NotYet + failure.Message);
        }
    }

    private static void Attempt(Action action, ref OciHooksException? first)
    {
        try
        {
            action();
        }
        catch (OciHooksException failure)
        {
            first ??= failure;
        }
    }

    /// <summary>
    /// Stores a recording. If that fails, it stays noted under a unique name, because the container may start again. Only the storing
    /// remains to be done then.
    /// </summary>
    private static void Store(OngoingRecording ongoing, Recording recording, FilePath directory, FilePath state)
    {
        try
        {
            RecorderPaths.Make(directory);
            _ = new RecordingStore(directory).Add(recording);
        }
        catch (OciHooksException failure)
        {
            OngoingRecording unstored = ongoing.Unstored;
            unstored.Write(state);
            if (unstored.Name != ongoing.Name)
            {
                ongoing.Remove(state);
            }

            throw new OciHooksException(NotYet + failure.Message);
        }
    }

    /// <summary>Returns the recording of a run.</summary>
    /// <param name="ongoing">The noted state of the run.</param>
    /// <param name="records">The run's records.</param>
    private static Recording RecordingOf(OngoingRecording ongoing, ReadOnlySpan<CallRecord> records) =>
        Recording.OfRun(
            ongoing.Subject,
            ongoing.Image,
            CallAbis.Native,
            new RecordedRun(DateTimeOffset.UtcNow, ongoing.Container, ongoing.ContainerName, []) { Begun = ongoing.Begun },
            CallsOf(records));

    private static ReadOnlySpan<CallRecord> SlotOf(ReadOnlySpan<CallRecord> records, int slot) =>
        records.Slice(CallRecord.Begin(slot), CallRecord.SlotLength);

    /// <summary>Reports what a profile denied or would have denied, and writes it to the log of denials, which may fail.</summary>
    private static void ReportDenials(Recording recording, string profile, bool isEnforced, FilePath directory)
    {
        SeccompProfile denying = ProfileReader.ReadFile(new FilePath(profile), ProfileConditions.ThisMachine);
        IReadOnlyList<Denial> denials = Denial.Of(recording, denying, isEnforced);
        foreach (Denial denial in denials)
        {
            RecorderEvent.WriteDenial(denial);
        }

        if (denials.Count > 0)
        {
            RecorderPaths.Make(directory);
            new DenialLog(directory).Add(denials);
        }
    }

    /// <summary>
    /// Writes the requested profile. Calls that the input profile has rules for stay as they are, so that blocked calls stay blocked.
    /// </summary>
    private static void WriteProfile(TraceRequest order, string? directory, Recording recording)
    {
        SeccompProfile profile = ProfileDerivation.Robust(recording);
        if (order.Input is { } input)
        {
            byte[] text = new AnnotatedFile(input, directory).Read();
            profile = ProfileReader.Read(text, input, ProfileConditions.ThisMachine).Extend(profile);
        }

        new AnnotatedFile(order.Output, directory).Write(ProfileJson.Write(profile));
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

    /// <summary>
    /// Adds the calls of clone and clone3 that create namespaces. They have separate records, but are calls of clone and clone3 too.
    /// </summary>
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
