using System.Text.Json;
using HookEngine;
using HookEngine.Linux;
using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;

namespace SeccompRecorder;

/// <summary>What the precreate programs do to a config.json: all in it stays as it is but the seccomp profile.</summary>
internal static class ConfigurationEdit
{
    /// <summary>Tells a listener of ours from others: <c>listenerMetadata</c> of config-linux.md.</summary>
    internal const string ListenerMark = "ocihooks-seccomp-recorder";

    private const int Enosys = 38;

    /// <summary>A call that no kernel has had since Linux 3.1: a profile without a rule might not be loaded at all.</summary>
    private const string NobodysCall = "nfsservctl";

    /// <summary>The kernel does not give a filter of all threads to a listener, seccomp(2).</summary>
    private const string AllThreads = "SECCOMP_FILTER_FLAG_TSYNC";

    /// <summary>A profile that allows all. A foreign architecture that a profile does not list is killed, so it lists all.</summary>
    internal static SeccompProfile AllowAll => new()
    {
        DefaultAction = SeccompProfile.Allow,
        Architectures = [CallAbis.Native.SeccompName(), .. CallAbis.ForeignTo(CallAbis.Native).Select(abi => abi.SeccompName())],
        Rules = [new ProfileRule([NobodysCall], SeccompProfile.Errno) { Errno = Enosys }],
    };

    /// <summary>
    /// The configuration with a profile: one that allows all if it has none, so that the container's own calls can be told from the
    /// runtime's.
    /// </summary>
    internal static byte[] Mark(byte[] config)
    {
        try
        {
            return RecordedContainer.HasSeccomp(config) ? config : Apply(config, AllowAll);
        }
        catch (JsonException problem)
        {
            throw NotConfiguration(problem);
        }
    }

    /// <summary>The configuration with this profile, whatever it had.</summary>
    internal static byte[] Apply(byte[] config, SeccompProfile profile) =>
        Edit(config, (json, _) => ProfileJson.Write(profile, json));

    /// <summary>The configuration with this profile, and a listener that runtimes hand its filters over to.</summary>
    internal static byte[] Notify(byte[] config, SeccompProfile profile, FilePath listener) => Edit(config, (json, before) =>
    {
        using var text = JsonDocument.Parse(ProfileJson.Write(profile));
        json.WriteStartObject();
        foreach (JsonProperty member in text.RootElement.EnumerateObject())
        {
            member.WriteTo(json);
        }

        if (before.ValueKind == JsonValueKind.Object && before.TryGetProperty("flags", out JsonElement flags)
            && flags.ValueKind == JsonValueKind.Array)
        {
            json.WriteStartArray("flags"u8);
            foreach (JsonElement flag in flags.EnumerateArray().Where(flag => !flag.ValueEquals(AllThreads)))
            {
                flag.WriteTo(json);
            }

            json.WriteEndArray();
        }

        json.WriteString("listenerPath"u8, listener.ToString());
        json.WriteString("listenerMetadata"u8, ListenerMark);
        json.WriteEndObject();
    });

    private static byte[] Edit(byte[] config, Action<Utf8JsonWriter, JsonElement> writeSeccomp)
    {
        try
        {
            using var document = JsonDocument.Parse(config);
            using var text = new MemoryStream();
            using (var json = new Utf8JsonWriter(text))
            {
                WriteConfiguration(json, document.RootElement, writeSeccomp);
            }

            return text.ToArray();
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw NotConfiguration(problem);
        }
    }

    private static void WriteConfiguration(Utf8JsonWriter json, JsonElement config, Action<Utf8JsonWriter, JsonElement> writeSeccomp)
    {
        json.WriteStartObject();
        JsonElement linux = default, seccomp = default;
        foreach (JsonProperty member in config.EnumerateObject())
        {
            if (member.NameEquals("linux"u8))
            {
                linux = member.Value;
            }
            else
            {
                member.WriteTo(json);
            }
        }

        json.WriteStartObject("linux"u8);
        if (linux.ValueKind == JsonValueKind.Object)
        {
            _ = linux.TryGetProperty("seccomp"u8, out seccomp);
            foreach (JsonProperty member in linux.EnumerateObject().Where(member => !member.NameEquals("seccomp"u8)))
            {
                member.WriteTo(json);
            }
        }

        json.WritePropertyName("seccomp"u8);
        writeSeccomp(json, seccomp);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static OciHooksException NotConfiguration(Exception problem) =>
        new($"standard input: is no config.json: {problem.Message}; call this as a precreate program");
}
