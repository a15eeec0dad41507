using SeccompProfiles.Calls;

namespace SeccompProfiles.Recordings;

/// <summary>The system calls of all recorded containers of one image.</summary>
public sealed record Recording
{
    /// <summary>The maximum number of last runs that are kept one by one.</summary>
    public const int MostRuns = 50;

    /// <summary>The image's digest, or another name that the containers share.</summary>
    public required string Subject { get; init; }

    /// <summary>The image's reference; null if no engine reported it.</summary>
    public string? Image { get; init; }

    /// <summary>The native ABI of the machine.</summary>
    public required CallAbi Native { get; init; }

    /// <summary>The number of recorded containers.</summary>
    public required int RunCount { get; init; }

    /// <summary>The last runs, the newest last.</summary>
    public IReadOnlyList<RecordedRun> Runs { get; init; } = [];

    /// <summary>The calls by ABI, ordered by name.</summary>
    public required IReadOnlyDictionary<CallAbi, IReadOnlyList<RecordedCall>> Calls { get; init; }

    /// <summary>Returns the recording of one container.</summary>
    public static Recording OfRun(
        string subject, string? image, CallAbi native, RecordedRun run, IReadOnlyDictionary<CallAbi, IReadOnlyList<RecordedCall>> calls)
    {
        var recording = new Recording { Subject = subject, Image = image, Native = native, RunCount = 1, Calls = calls };
        return recording with { Runs = [run with { New = recording.CallsMissingIn(null) }] };
    }

    /// <summary>Returns both recordings merged. The runs of the other recording count as the later ones.</summary>
    public Recording Merge(Recording later)
    {
        ArgumentNullException.ThrowIfNull(later);
        var calls = new SortedDictionary<CallAbi, IReadOnlyList<RecordedCall>>();
        foreach (CallAbi abi in Calls.Keys.Union(later.Calls.Keys))
        {
            calls[abi] = Merge(CallsOf(abi), later.CallsOf(abi));
        }

        // If there are several later runs, their own lists say which of them made a call first.
        HashSet<string> added = [.. later.CallsMissingIn(this)];
        IEnumerable<RecordedRun> runs = later.Runs.Select(run => run with { New = [.. run.New.Where(added.Contains)] });
        return this with
        {
            Image = later.Image ?? Image,
            RunCount = RunCount + later.RunCount,
            Runs = [.. Runs.Concat(runs).TakeLast(MostRuns)],
            Calls = calls,
        };
    }

    /// <summary>Whether a program was executed. Every run of a container begins with that.</summary>
    public bool HasExecuted => Calls.Values.Any(calls => calls.Any(call => call.Name is "execve" or "execveat"));

    /// <summary>
    /// Whether the recording contains a run already, as after a kill between storing the run and noting that it is stored.
    /// </summary>
    public bool Has(RecordedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Begun is not null && Runs.Any(known => known.Container == run.Container && known.Begun == run.Begun);
    }

    /// <summary>Returns the calls under an ABI.</summary>
    public IReadOnlyList<RecordedCall> CallsOf(CallAbi abi) => Calls.TryGetValue(abi, out IReadOnlyList<RecordedCall>? calls) ? calls : [];

    /// <summary>Returns the names under all ABIs that profiles can contain, in order.</summary>
    public IReadOnlyList<string> Names() =>
        [.. Calls.Values.SelectMany(calls => calls)
            .Where(call => call.IsNamed).Select(call => call.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>
    /// Returns the calls that another recording lacks, or all calls if it is null, written as in <see cref="RecordedRun.New"/>.
    /// </summary>
    public IReadOnlyList<string> CallsMissingIn(Recording? other)
    {
        var missing = new List<string>();
        foreach ((CallAbi abi, IReadOnlyList<RecordedCall> calls) in Calls.OrderBy(entry => entry.Key))
        {
            HashSet<string> known = [.. other?.CallsOf(abi).Select(call => call.Name) ?? []];
            missing.AddRange(calls.Where(call => !known.Contains(call.Name)).Select(call => Spell(abi, call.Name)));
        }

        return missing;
    }

    /// <summary>Returns a call's name, with the ABI before it if the ABI is not the native one.</summary>
    internal string Spell(CallAbi abi, string name) => abi == Native ? name : $"{abi.ToString().ToLowerInvariant()}:{name}";

    private static List<RecordedCall> Merge(IReadOnlyList<RecordedCall> earlier, IReadOnlyList<RecordedCall> later)
    {
        var merged = new SortedDictionary<string, RecordedCall>(StringComparer.Ordinal);
        foreach (RecordedCall call in earlier.Concat(later))
        {
            merged[call.Name] = merged.TryGetValue(call.Name, out RecordedCall? known) && known.IsSeen
                ? known with { Count = known.Count + call.Count }
                : call;
        }

        return [.. merged.Values];
    }
}
