using System.Text.Json.Nodes;

namespace IntegrationTests.Fixture;

/// <summary>The wrapper's settings in the tests with engines.</summary>
internal static class EngineSettings
{
    public static string Text(string runtime, string rules) => new JsonObject
    {
        ["runtime"] = runtime,
        ["hooksDirs"] = new JsonArray(rules),
        ["log"] = new JsonObject { ["journald"] = false },

        // On a busy machine even a hook that does nothing may take long.
        ["hookTimeout"] = TestTimeout.Limit.TotalSeconds,
    }.ToJsonString();
}
