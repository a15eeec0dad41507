using System.Text;
using System.Text.Json;
using HookEngine;
using HookEngine.Bundles;
using HookEngine.Identity;
using HookEngine.Linux;
using SeccompProfiles.Profiles;
using SeccompRecorder.Notify;

namespace SeccompRecorder;

/// <summary>What a bundle says of a container that is to be recorded.</summary>
/// <param name="Subject">What its recording is filed under: the image's digest, else the image, else the container's name.</param>
/// <param name="Image">The image's reference, if it is known.</param>
/// <param name="Name">The container's name, if it is known.</param>
/// <param name="HasFilter">Whether it has a seccomp profile.</param>
internal sealed record RecordedContainer(string Subject, string? Image, string? Name, bool HasFilter)
{
    private const int SizeLimit = 256 * 1024 * 1024;

    internal static RecordedContainer Read(HookState state)
    {
        FilePath config = new FilePath(state.Bundle).Combine("config.json"u8);
        using NativeBuffer content = RegularFile.Read(config, SizeLimit, out FileError error)
            ?? throw new OciHooksException($"{config}: {error.Text}; call this as a hook of a container");
        try
        {
            var reader = new ContainerConfigReader(content.Span, isDetailed: true);
            _ = reader.Read();
            ContainerIdentity identity = IdentityReader.Read(config, state.Id, reader.Detail!, asksEngine: true);
            string? digest = identity.ImageDigests.FirstOrDefault(name => name.StartsWith("sha256:", StringComparison.Ordinal));
            return new RecordedContainer(
                digest ?? identity.Image ?? identity.Container ?? state.Id, identity.Image, identity.Container, HasSeccomp(content.Span));
        }
        catch (JsonException problem)
        {
            throw new OciHooksException($"{config}: is no JSON: {problem.Message}; call this as a hook of a container");
        }
    }

    /// <summary>Whether a text is a config.json, and not a container's state: that has a status.</summary>
    internal static bool IsConfiguration(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            return !FindMember(ref reader, "status"u8);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The profile in a config.json; null if it has none.</summary>
    internal static SeccompProfile? Profile(byte[] config) => Seccomp(config) is { } text
        ? ProfileReader.Read(text, "config.json: linux.seccomp", ProfileConditions.ThisMachine)
        : null;

    /// <summary>
    /// The socket of the listener of ours that a config.json names; null if it names none. A profile may be the user's: what it names is
    /// looked at only if it is in our directory, under a name that nobody can guess.
    /// </summary>
    internal static FilePath? Listener(byte[] config, Places places)
    {
        if (Seccomp(config) is not { } text)
        {
            return null;
        }

        using var document = JsonDocument.Parse(text);
        JsonElement root = document.RootElement;
        return root.TryGetProperty("listenerMetadata", out JsonElement mark) && mark.ValueEquals(ConfigurationEdit.ListenerMark)
            && root.TryGetProperty("listenerPath", out JsonElement path) && path.GetString() is { } name && ListenerSocket.IsOurs(new FilePath(name), places.State) ? new FilePath(name) : null;
    }

    /// <summary>The socket of the listener of ours that records a container; null if none does.</summary>
    internal static FilePath? Listener(HookState state, Places places)
    {
        FilePath config = new FilePath(state.Bundle).Combine("config.json"u8);
        using NativeBuffer? content = RegularFile.Read(config, SizeLimit, out _);
        try
        {
            return content is null ? null : Listener(content.Span.ToArray(), places);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The text of <c>linux.seccomp</c>; null if that is no object.</summary>
    private static byte[]? Seccomp(byte[] config)
    {
        if (!HasSeccomp(config))
        {
            return null;
        }

        using var document = JsonDocument.Parse(config);
        return Encoding.UTF8.GetBytes(document.RootElement.GetProperty("linux").GetProperty("seccomp").GetRawText());
    }

    /// <summary>Whether <c>linux.seccomp</c> is an object.</summary>
    internal static bool HasSeccomp(ReadOnlySpan<byte> config)
    {
        var reader = new Utf8JsonReader(config);
        return FindMember(ref reader, "linux"u8) && FindMember(ref reader, "seccomp"u8)
            && reader.Read() && reader.TokenType == JsonTokenType.StartObject;
    }

    /// <summary>Goes into the object that comes next, up to a member's name.</summary>
    private static bool FindMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
