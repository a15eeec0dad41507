using System.Globalization;
using System.Text;
using System.Text.Json;
using Linux;

namespace SeccompRecorder.State;

/// <summary>The noted state of a recording, which is kept until the recording ends and is stored.</summary>
internal sealed record OngoingRecording
{
    private const uint OwnerOnly = 0x180; // rw-------
    private const int None = -1;

    /// <summary>The character in the name of an ended recording that separates the container's key from its start time.</summary>
    private const char Ended = '-';
    private const int SizeLimit = 1024 * 1024;
    private static readonly byte[] s_suffix = [.. ".json"u8];

    /// <summary>
    /// A name of hexadecimal digits, the same for the same container. The name of an ended recording that is not stored is unique.
    /// </summary>
    internal required string Name { get; init; }

    /// <summary>The slot of the container's records for calls that are made; null if these are not recorded.</summary>
    internal int? Slot { get; init; }

    /// <summary>The slot for calls that fail as denied calls do; null if these are not recorded.</summary>
    internal int? DenialSlot { get; init; }

    /// <summary>The number of seccomp filters of the container's first process.</summary>
    internal required int Filters { get; init; }

    /// <summary>The container's ID.</summary>
    internal required string Container { get; init; }

    internal required int Pid { get; init; }

    internal required long StartTime { get; init; }

    /// <summary>When the recording began; null if it was not noted, as in version 0.1.</summary>
    internal DateTimeOffset? Begun { get; init; }

    /// <summary>Whether the container was restored from a checkpoint. Then its program began before the recording.</summary>
    internal bool IsRestored { get; init; }

    /// <summary>The numbers by which the eBPF program identifies the container.</summary>
    internal required ulong[] Keys { get; init; }

    /// <summary>The depth of the container's control group, if that is a key; else 0.</summary>
    internal required int CgroupLevel { get; init; }

    /// <summary>The key of the stored recording.</summary>
    internal required string Subject { get; init; }

    internal string? Image { get; init; }

    internal string? ContainerName { get; init; }

    /// <summary>The value of the annotation that asks for a profile in a file.</summary>
    internal string? TraceRequest { get; init; }

    /// <summary>The only directory in which the annotation may name files; null for any directory.</summary>
    internal string? Profiles { get; init; }

    /// <summary>Whether the recording is to be stored at the end.</summary>
    internal required bool IsStored { get; init; }

    /// <summary>A profile that is not enforced, whose denials are to be reported at the end; null for none.</summary>
    internal string? Profile { get; init; }

    /// <summary>A profile that is enforced, whose denials are to be reported at the end; null for none.</summary>
    internal string? EnforcedProfile { get; init; }

    /// <summary>The directory to store the recording in.</summary>
    internal required string Store { get; init; }

    /// <summary>
    /// This recording as noted after it ended and could not be stored. Other containers may now have its container's name and numbers.
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

    /// <summary>The part of the name that all recordings of the same container share.</summary>
    internal string ContainerKey => Name.Split(Ended)[0];

    /// <summary>Whether the container's first process is still alive.</summary>
    internal bool IsAlive => ContainerProcess.IsAlive(Pid, StartTime);

    /// <summary>Returns the name for a container. The ID alone is unique only within one engine.</summary>
    internal static string NameOf(HookState state)
    {
        // FNV-1a: short, and nobody gains from a collision.
        ulong hash = 14695981039346656037;
        foreach (byte octet in Encoding.UTF8.GetBytes($"{state.Bundle}\0{state.Id}"))
        {
            hash = (hash ^ octet) * 1099511628211;
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads all recordings that are noted in a directory.</summary>
    /// <exception cref="OciHooksException">They cannot be read. The caller must not assume that any of them has ended.</exception>
    internal static List<OngoingRecording> ReadAll(FilePath directory)
    {
        List<byte[]>? names = DirectoryListing.ReadEndingIn(directory, s_suffix, out FileError error);
        return names is not null ? [.. names.Select(name => Read(directory.Combine(name))).OfType<OngoingRecording>()]
            : error.Errno == Libc.ENOENT ? []
            : throw new OciHooksException($"{directory}: {error.Text}; run this as root");
    }

    /// <summary>Reads the recording with a name; null if there is none.</summary>
    internal static OngoingRecording? Read(FilePath directory, string name) => Read(FileOf(directory, name));

    /// <summary>Returns this recording with what a command line asks for added; null if no slot is free.</summary>
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

    /// <summary>
    /// Reads a noted recording. An invalid file is removed and null is returned: its start was killed before the recording began.
    /// </summary>
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
