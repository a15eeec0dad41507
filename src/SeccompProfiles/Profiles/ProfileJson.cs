using System.Text.Encodings.Web;
using System.Text.Json;

namespace SeccompProfiles.Profiles;

/// <summary>Writes profiles in the format that Docker, Podman, Kubernetes and config.json all accept.</summary>
public static class ProfileJson
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the profile as JSON text, with a line break at the end.</summary>
    public static byte[] Write(SeccompProfile profile)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, s_options))
        {
            Write(profile, json);
        }

        text.WriteByte((byte)'\n');
        return text.ToArray();
    }

    /// <summary>Writes the profile as a JSON value.</summary>
    public static void Write(SeccompProfile profile, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("defaultAction", profile.DefaultAction);
        WriteNumber(json, "defaultErrnoRet", profile.DefaultErrno);
        WriteStrings(json, "architectures", profile.Architectures);
        json.WriteStartArray("syscalls");
        foreach (ProfileRule rule in profile.Rules)
        {
            json.WriteStartObject();
            WriteStrings(json, "names", rule.Names);
            json.WriteString("action", rule.Action);
            WriteNumber(json, "errnoRet", rule.Errno);
            WriteArguments(json, rule.Arguments);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteArguments(Utf8JsonWriter json, IReadOnlyList<ProfileArgument> arguments)
    {
        if (arguments.Count == 0)
        {
            return;
        }

        json.WriteStartArray("args");
        foreach (ProfileArgument argument in arguments)
        {
            json.WriteStartObject();
            json.WriteNumber("index", argument.Index);
            json.WriteNumber("value", argument.Value);
            if (argument.Second != 0)
            {
                json.WriteNumber("valueTwo", argument.Second);
            }

            json.WriteString("op", argument.Operator);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
