using System.Text.Json.Nodes;

namespace IntegrationTests.Fixture;

/// <summary>Runs <c>hookctl seccomp</c> on a host, with a test's own store.</summary>
internal sealed class SeccompCommands(PrivateHost host, string store)
{
    public Task<CommandResult> RunAsync(params string[] arguments) =>
        host.RunAsync([Repository.HookCtl, "seccomp", "--store", store, .. arguments]);

    /// <summary>Returns a recording.</summary>
    public async Task<JsonNode> ShowAsync(string subject) =>
        JsonNode.Parse((await RunAsync("show", subject, "--json")).EnsureSuccess().Output)!;
}
