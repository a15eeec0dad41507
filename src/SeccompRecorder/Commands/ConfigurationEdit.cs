using System.Text.Json;
using Linux;
using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;
using SeccompRecorder.State;

namespace SeccompRecorder.Commands;

/// <summary>The edit that precreate programs make to a config.json. Only the seccomp profile changes.</summary>
internal static class ConfigurationEdit
{
    private const int Enosys = 38;

    /// <summary>A call that no kernel has had since Linux 3.1. A profile without a rule might not be loaded at all.</summary>
    private const string NobodysCall = "nfsservctl";

    /// <summary>
    /// A profile that allows all calls. The kernel kills processes of an architecture that a profile does not list, so it lists all.
    /// </summary>
    private static SeccompProfile AllowAll => new()
    {
        DefaultAction = SeccompProfile.Allow,
        Architectures = [CallAbis.Native.SeccompName(), .. CallAbis.ForeignTo(CallAbis.Native).Select(abi => abi.SeccompName())],
        Rules = [new ProfileRule([NobodysCall], SeccompProfile.Errno) { Errno = Enosys }],
    };

    /// <summary>
    /// Returns the configuration with a profile. If it has none, adds one that allows all calls, to distinguish the container's own calls
    /// from the runtime's.
    /// </summary>
    internal static byte[] Mark(byte[] config)
    {
        try
        {
            return RecordedContainer.HasSeccomp(config) ? config : Edit(config, json => ProfileJson.Write(AllowAll, json));
        }
        catch (JsonException problem)
        {
            throw NotConfiguration(problem);
        }
    }

    private static byte[] Edit(byte[] config, Action<Utf8JsonWriter> writeSeccomp)
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

    private static void WriteConfiguration(Utf8JsonWriter json, JsonElement config, Action<Utf8JsonWriter> writeSeccomp)
    {
        json.WriteStartObject();
        JsonElement linux = default;
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
            foreach (JsonProperty member in linux.EnumerateObject().Where(member => !member.NameEquals("seccomp"u8)))
            {
                member.WriteTo(json);
            }
        }

        json.WritePropertyName("seccomp"u8);
        writeSeccomp(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static OciHooksException NotConfiguration(Exception problem) =>
        new($"standard input: is no config.json: {problem.Message}; call this as a precreate program");
}
