using System.Text.Json;
using Linux;
using SeccompProfiles.Calls;

namespace SeccompProfiles.Profiles;

/// <summary>
/// Reads profiles, also in the format of Docker and Podman. That format has rules for some capabilities, architectures and kernels only
/// (<c>archMap</c>, <c>includes</c>, <c>excludes</c>). The result is what the profile means for one container.
/// </summary>
public static class ProfileReader
{
    private const int SizeLimit = 16 * 1024 * 1024;

    /// <summary>Reads a profile from a file.</summary>
    /// <exception cref="OciHooksException">The file cannot be read, or is not a profile.</exception>
    public static SeccompProfile ReadFile(FilePath file, ProfileConditions conditions)
    {
        using NativeBuffer? content = RegularFile.Read(file, SizeLimit, out FileError error);
        return content is not null
            ? Read(content.Span.ToArray(), $"{file}", conditions)
            : throw new OciHooksException($"{file}: {error.Text}; name a seccomp profile");
    }

    /// <summary>
    /// Returns Docker's default profile for a container without additional capabilities, as Docker 28.5 writes it to config.json.
    /// </summary>
    /// <param name="native">The machine's native ABI.</param>
    public static SeccompProfile DockerDefault(CallAbi native)
    {
        using Stream resource = typeof(ProfileReader).Assembly.GetManifestResourceStream("docker-default.json")!;
        byte[] text = new byte[resource.Length];
        resource.ReadExactly(text);
        return Read(text, "docker-default.json", ProfileConditions.ThisMachine with { Native = native });
    }

    /// <summary>Reads a profile from a text.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="name">The name of the file, for messages.</param>
    /// <param name="conditions">The container that the profile is for.</param>
    /// <exception cref="OciHooksException">The text is not a profile.</exception>
    public static SeccompProfile Read(ReadOnlyMemory<byte> text, string name, ProfileConditions conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement, conditions);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new OciHooksException($"{name}: is no seccomp profile: {problem.Message}; "
                + "it has defaultAction and syscalls, as Docker, Podman and config.json have them");
        }
    }

    private static SeccompProfile Read(JsonElement root, ProfileConditions conditions) => new()
    {
        DefaultAction = root.GetProperty("defaultAction").GetString() ?? throw new FormatException("defaultAction is null"),
        DefaultErrno = Number(root, "defaultErrnoRet"),
        Architectures = ArchitecturesOf(root, conditions),
        Rules = [.. Elements(root, "syscalls").Where(conditions.Include).Select(ReadRule)],
    };

    private static List<string> ArchitecturesOf(JsonElement root, ProfileConditions conditions)
    {
        List<string> architectures = [.. Strings(root, "architectures")];
        foreach (JsonElement entry in Elements(root, "archMap"))
        {
            if (entry.GetProperty("architecture").GetString() is { } architecture && architecture == conditions.SeccompArchitecture)
            {
                architectures.Add(architecture);
                architectures.AddRange(Strings(entry, "subArchitectures"));
            }
        }

        return architectures;
    }

    private static ProfileRule ReadRule(JsonElement rule) => new(
        rule.TryGetProperty("name", out JsonElement single) && single.GetString() is { Length: > 0 } name
            ? [name]
            : [.. Strings(rule, "names")],
        rule.GetProperty("action").GetString() ?? throw new FormatException("action is null"))
    {
        Errno = Number(rule, "errnoRet"),
        Arguments = [.. Elements(rule, "args").Select(ReadArgument)],
    };

    private static ProfileArgument ReadArgument(JsonElement argument) => new(
        argument.GetProperty("index").GetInt32(),
        argument.GetProperty("value").GetUInt64(),
        argument.TryGetProperty("valueTwo", out JsonElement second) ? second.GetUInt64() : 0,
        argument.GetProperty("op").GetString() ?? "");

    private static int? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement number) && number.ValueKind != JsonValueKind.Null ? number.GetInt32() : null;

    /// <summary>Returns the elements of an array; none if the array is null or missing.</summary>
    internal static IEnumerable<JsonElement> Elements(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement array) && array.ValueKind != JsonValueKind.Null ? array.EnumerateArray() : [];

    /// <summary>Returns the strings of an array; none if the array is null or missing.</summary>
    internal static IEnumerable<string> Strings(JsonElement parent, string name) =>
        Elements(parent, name).Select(element => element.GetString() ?? "");
}
