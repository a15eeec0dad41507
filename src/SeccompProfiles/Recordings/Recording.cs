using SeccompProfiles.Calls;

namespace SeccompProfiles.Recordings;

/// <summary>The system calls of all recorded containers of one image.</summary>
public sealed record Recording
{
    /// <summary>As many of the last runs are kept one by one.</summary>
    public const int MostRuns = 50;

    /// <summary>The image's digest, or what else the containers have in common.</summary>
    public required string Subject { get; init; }

    /// <summary>The image's reference; null if no engine told it.</summary>
    public string? Image { get; init; }

    /// <summary>The ABI of the machine's own programs.</summary>
    public required CallAbi Native { get; init; }

    /// <summary>How many containers.</summary>
    public required int RunCount { get; init; }

    /// <summary>The last of them, the newest last.</summary>
    public IReadOnlyList<RecordedRun> Runs { get; init; } = [];

    /// <summary>The calls by ABI, ordered by name.</summary>
    public required IReadOnlyDictionary<CallAbi, IReadOnlyList<RecordedCall>> Calls { get; init; }

    /// <summary>The recording of one container.</summary>
    public static Recording OfRun(
        string subject, string? image, CallAbi native, RecordedRun run, IReadOnlyDictionary<CallAbi, IReadOnlyList<RecordedCall>> calls)
    {
        var recording = new Recording { Subject = subject, Image = image, Native = native, RunCount = 1, Calls = calls };
        return recording with { Runs = [run with { New = recording.CallsMissingIn(null) }] };
    }

    /// <summary>Both together; the other's runs are taken for the later ones.</summary>
    public Recording Merge(Recording later)
    {
        ArgumentNullException.ThrowIfNull(later);
        var calls = new SortedDictionary<CallAbi, IReadOnlyList<RecordedCall>>();
        foreach (CallAbi abi in Calls.Keys.Union(later.Calls.Keys))
        {
            calls[abi] = Merge(CallsOf(abi), later.CallsOf(abi));
        }

        // Of several later runs, which of them made a call first is in themselves.
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

    /// <summary>Whether a program was executed, with which every run of a container begins.</summary>
    public bool HasExecuted => Calls.Values.Any(calls => calls.Any(call => call.Name is "execve" or "execveat"));

    /// <summary>Whether a run is in it already, as after a kill between storing it and noting that it is stored.</summary>
    public bool Has(RecordedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Begun is not null && Runs.Any(known => known.Container == run.Container && known.Begun == run.Begun);
    }

    /// <summary>The calls under an ABI.</summary>
    public IReadOnlyList<RecordedCall> CallsOf(CallAbi abi) => Calls.TryGetValue(abi, out IReadOnlyList<RecordedCall>? calls) ? calls : [];

    /// <summary>The names under all ABIs that profiles can have, in order.</summary>
    public IReadOnlyList<string> Names() =>
        [.. Calls.Values.SelectMany(calls => calls)
            .Where(call => call.IsNamed).Select(call => call.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The calls that another recording has not, or all, as <see cref="RecordedRun.New"/> has them.</summary>
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

    /// <summary>A call's name, with its ABI if that is not the machine's own.</summary>
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
