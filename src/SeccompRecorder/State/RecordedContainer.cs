using System.Text.Json;
using HookEngine.Model;
using HookEngine.Reading.Bundles;
using HookEngine.Reading.Identity;
using Linux;

namespace SeccompRecorder.State;

/// <summary>What a bundle says about a container to record.</summary>
/// <param name="Subject">The key of its recording: the image's digest, else the image, else the container's name or ID.</param>
/// <param name="Image">The image's reference, if it is known.</param>
/// <param name="Name">The container's name, if it is known.</param>
/// <param name="HasFilter">Whether the container has a seccomp profile.</param>
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
            ContainerIdentity identity = IdentityReader.Read(config, state.Id, reader.Detail!, RequestedFacts.AllButLabels);
            string? digest = identity.ImageDigest.Values.FirstOrDefault(name => name.StartsWith("sha256:", StringComparison.Ordinal));
            return new RecordedContainer(
                digest ?? identity.Image.Text ?? identity.Container.Text ?? state.Id,
                identity.Image.Text,
                identity.Container.Text,
                HasSeccomp(content.Span));
        }
        catch (JsonException problem)
        {
            throw new OciHooksException($"{config}: is no JSON: {problem.Message}; call this as a hook of a container");
        }
    }

    /// <summary>Whether a text is a config.json and not a container's state. Only a state has a status.</summary>
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

    /// <summary>Whether <c>linux.seccomp</c> is an object.</summary>
    internal static bool HasSeccomp(ReadOnlySpan<byte> config)
    {
        var reader = new Utf8JsonReader(config);
        return FindMember(ref reader, "linux"u8) && FindMember(ref reader, "seccomp"u8)
            && reader.Read() && reader.TokenType == JsonTokenType.StartObject;
    }

    /// <summary>Enters the next object and reads up to the name of a member. False if there is no such object or member.</summary>
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
