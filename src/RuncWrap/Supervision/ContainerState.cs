using System.Text.Json;
using Json;

namespace RuncWrap.Supervision;

/// <summary>What is read of the state that a hook gets, OCI runtime specification, "State".</summary>
/// <param name="Id">The container's ID; empty if the state does not tell.</param>
/// <param name="Bundle">The bundle's directory; empty if the state does not tell.</param>
internal sealed record ContainerState(string Id, string Bundle)
{
    /// <summary>Reads it, as far as it is there and is JSON.</summary>
    internal static ContainerState Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        string id = "";
        string bundle = "";
        try
        {
            bool goesOn = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (goesOn && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isId = reader.ValueTextEquals("id"u8);
                bool isBundle = reader.ValueTextEquals("bundle"u8);
                goesOn = reader.Read() && (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray) || reader.TrySkip());
                bool isText = goesOn && reader.TokenType == JsonTokenType.String;
                id = isId && isText ? GoJson.ReadString(ref reader) : id;
                bundle = isBundle && isText ? GoJson.ReadString(ref reader) : bundle;
            }
        }
        catch (JsonException)
        {
            // The runtime's own affair: the hook gets it as it is.
        }

        return new ContainerState(id, bundle);
    }
}
