using System.Text.Json;

namespace IntegrationTests.Fixture;

/// <summary>One run of a hook of <see cref="HookLog"/>.</summary>
internal sealed record HookCall(string Stage, string Name, string Id, string Status, string Bundle)
{
    public static HookCall Parse(string line)
    {
        string[] parts = line.Split(' ', 3);
        JsonElement state = JsonDocument.Parse(parts[2]).RootElement;
        return new HookCall(parts[0], parts[1], Text("id"), Text("status"), Text("bundle"));

        string Text(string key) => state.GetProperty(key).GetString()!;
    }
}
