using System.Globalization;
using System.Text;
using System.Text.Json;
using Linux;

namespace SeccompRecorder.State;

/// <summary>What is noted of a recording until it ends.</summary>
internal sealed record OngoingRecording
{
    private const uint OwnerOnly = 0x180; // rw-------
    private const int None = -1;

    /// <summary>Behind the name of one that has ended, before when its container was started.</summary>
    private const char Ended = '-';
    private const int SizeLimit = 1024 * 1024;
    private static readonly byte[] s_suffix = [.. ".json"u8];

    /// <summary>A name of hexadecimal digits, the same for the same container; of one that has ended and is not stored, its own.</summary>
    internal required string Name { get; init; }

    /// <summary>Which of the program's records are the container's, for calls that are made; null if they are not recorded.</summary>
    internal int? Slot { get; init; }

    /// <summary>The same for calls that fail as denied ones do.</summary>
    internal int? DenialSlot { get; init; }

    /// <summary>How many filters its first process has.</summary>
    internal required int Filters { get; init; }

    /// <summary>The container's ID.</summary>
    internal required string Container { get; init; }

    internal required int Pid { get; init; }

    internal required long StartTime { get; init; }

    /// <summary>When the recording began; null if it was not noted, as version 0.1 did not.</summary>
    internal DateTimeOffset? Begun { get; init; }

    /// <summary>Whether the container was restored from a checkpoint: its program began before the recording.</summary>
    internal bool IsRestored { get; init; }

    /// <summary>By what the eBPF program knows the container.</summary>
    internal required ulong[] Keys { get; init; }

    /// <summary>How deep its control group is, if it is known by that; else 0.</summary>
    internal required int CgroupLevel { get; init; }

    /// <summary>What the recording is filed under.</summary>
    internal required string Subject { get; init; }

    internal string? Image { get; init; }

    internal string? ContainerName { get; init; }

    /// <summary>The value of the annotation that asks for a profile in a file.</summary>
    internal string? TraceRequest { get; init; }

    /// <summary>The only directory in which that may name files; null for any.</summary>
    internal string? Profiles { get; init; }

    /// <summary>Whether it is to be stored in the end.</summary>
    internal required bool IsStored { get; init; }

    /// <summary>A profile that is not enforced, whose denials are to be told in the end; null for none.</summary>
    internal string? Profile { get; init; }

    /// <summary>A profile that is enforced, whose denials are to be told in the end; null for none.</summary>
    internal string? EnforcedProfile { get; init; }

    /// <summary>Where the recording is to be stored.</summary>
    internal required string Store { get; init; }

    /// <summary>
    /// What is noted of one that has ended and could not be stored: others may have its container's name and numbers by now.
    /// </summary>
    internal OngoingRecording Unstored => this with
    {
        Name = Name.Contains(Ended, StringComparison.Ordinal) ? Name : $"{Name}{Ended}{StartTime}",
        Keys = [],
        CgroupLevel = 0,
        DenialSlot = null,
        Profile = null,
        EnforcedProfile = null,
        TraceRequest = null,
    };

    /// <summary>The name that all recordings of the same container have in common.</summary>
    internal string ContainerKey => Name.Split(Ended)[0];

    /// <summary>Whether the container's first process is there still.</summary>
    internal bool IsAlive => ContainerProcess.IsAlive(Pid, StartTime);

    /// <summary>The name for a container; IDs are only each engine's own.</summary>
    internal static string NameOf(HookState state)
    {
        // FNV-1a: short, and nobody gains by making two of them the same.
        ulong hash = 14695981039346656037;
        foreach (byte octet in Encoding.UTF8.GetBytes($"{state.Bundle}\0{state.Id}"))
        {
            hash = (hash ^ octet) * 1099511628211;
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>Those that are noted in a directory.</summary>
    /// <exception cref="OciHooksException">They cannot be read, which is no reason to take any of them for ended.</exception>
    internal static List<OngoingRecording> ReadAll(FilePath directory)
    {
        List<byte[]>? names = DirectoryListing.ReadEndingIn(directory, s_suffix, out FileError error);
        return names is not null ? [.. names.Select(name => Read(directory.Combine(name))).OfType<OngoingRecording>()]
            : error.Errno == Libc.ENOENT ? []
            : throw new OciHooksException($"{directory}: {error.Text}; run this as root");
    }

    /// <summary>The one with a name; null if there is none.</summary>
    internal static OngoingRecording? Read(FilePath directory, string name) => Read(FileOf(directory, name));

    /// <summary>The same with what a command line asks for, too; null if there is no place for it.</summary>
    internal OngoingRecording? With(Arguments arguments, List<OngoingRecording> others)
    {
        bool watches = arguments.EnforcedProfile is not null;
        HashSet<int> taken = [.. others.Append(this).SelectMany(other => (int?[])[other.Slot, other.DenialSlot]).OfType<int>()];
        int? free = (watches ? DenialSlot : Slot) ?? FreeSlot(taken);
        return free is null ? null : this with
        {
            Slot = watches ? Slot : free,
            DenialSlot = watches ? free : DenialSlot,
            IsStored = IsStored || arguments.Records,
            Profile = Profile ?? arguments.Profile?.ToString(),
            EnforcedProfile = EnforcedProfile ?? arguments.EnforcedProfile?.ToString(),
        };
    }

    private static int? FreeSlot(HashSet<int> taken)
    {
        for (int slot = 0; slot < Bpf.CallRecord.SlotCount; slot++)
        {
            if (!taken.Contains(slot))
            {
                return slot;
            }
        }

        return null;
    }

    internal void Write(FilePath directory)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteNumber("slot", Slot ?? None);
            json.WriteNumber("denialSlot", DenialSlot ?? None);
            json.WriteNumber("filters", Filters);
            json.WriteString("container", Container);
            json.WriteNumber("pid", Pid);
            json.WriteNumber("startTime", StartTime);
            if (Begun is { } begun)
            {
                json.WriteNumber("begun", begun.ToUnixTimeMilliseconds());
            }

            json.WriteBoolean("isRestored", IsRestored);
            json.WriteStartArray("keys");
            foreach (ulong key in Keys)
            {
                json.WriteNumberValue(key);
            }

            json.WriteEndArray();
            json.WriteNumber("cgroupLevel", CgroupLevel);
            json.WriteString("subject", Subject);
            json.WriteString("image", Image);
            json.WriteString("containerName", ContainerName);
            json.WriteString("traceRequest", TraceRequest);
            json.WriteString("profiles", Profiles);
            json.WriteBoolean("isStored", IsStored);
            json.WriteString("profile", Profile);
            json.WriteString("enforcedProfile", EnforcedProfile);
            json.WriteString("store", Store);
            json.WriteEndObject();
        }

        FilePath file = FileOf(directory, Name);
        if (AtomicReplacement.Create(file, OwnerOnly, text.GetBuffer().AsSpan(0, (int)text.Length)) is { } failure)
        {
            throw new OciHooksException($"{file}: {failure.Text}; look for room in {directory}");
        }
    }

    internal void Remove(FilePath directory) => RecorderPaths.Remove(FileOf(directory, Name));

    private static FilePath FileOf(FilePath directory, string name) => directory.Combine(Encoding.UTF8.GetBytes($"{name}.json"));

    /// <summary>What is cut short is no recording, and is taken away: its start was killed before it began.</summary>
    private static OngoingRecording? Read(FilePath file)
    {
        try
        {
            using NativeBuffer? text = RegularFile.Read(file, SizeLimit, out FileError error);
            if (text is null)
            {
                return error.Errno == Libc.ENOENT ? null : throw new OciHooksException($"{file}: {error.Text}; run this as root");
            }

            using var document = JsonDocument.Parse(text.Span.ToArray());
            JsonElement root = document.RootElement;
            return new OngoingRecording
            {
                Name = Text(root, "name") ?? "",
                Slot = SlotOf(root, "slot"),
                DenialSlot = SlotOf(root, "denialSlot"),
                Filters = root.GetProperty("filters").GetInt32(),
                Container = Text(root, "container") ?? "",
                Pid = root.GetProperty("pid").GetInt32(),
                StartTime = root.GetProperty("startTime").GetInt64(),
                Begun = root.TryGetProperty("begun", out JsonElement begun) ? DateTimeOffset.FromUnixTimeMilliseconds(begun.GetInt64()) : null,
                IsRestored = root.TryGetProperty("isRestored", out JsonElement restored) && restored.GetBoolean(),
                Keys = [.. root.GetProperty("keys").EnumerateArray().Select(key => key.GetUInt64())],
                CgroupLevel = root.GetProperty("cgroupLevel").GetInt32(),
                Subject = Text(root, "subject") ?? "",
                Image = Text(root, "image"),
                ContainerName = Text(root, "containerName"),
                TraceRequest = Text(root, "traceRequest"),
                Profiles = root.TryGetProperty("profiles", out JsonElement profiles) ? profiles.GetString() : null,
                IsStored = root.GetProperty("isStored").GetBoolean(),
                Profile = Text(root, "profile"),
                EnforcedProfile = Text(root, "enforcedProfile"),
                Store = Text(root, "store") ?? RecorderPaths.DefaultStore,
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            RecorderPaths.Remove(file);
            return null;
        }
    }

    private static int? SlotOf(JsonElement root, string name) => root.GetProperty(name).GetInt32() is >= 0 and var slot ? slot : null;

    private static string? Text(JsonElement root, string name) => root.GetProperty(name).GetString();
}
