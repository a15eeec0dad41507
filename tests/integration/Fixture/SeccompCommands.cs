using System.Text.Json.Nodes;

namespace IntegrationTests.Fixture;

/// <summary><c>hookctl seccomp</c> on a host, with a store of a test's own.</summary>
internal sealed class SeccompCommands(PrivateHost host, string store)
{
    public CommandResult Run(params string[] arguments) =>
        host.Run([Repository.HookCtl, "seccomp", "--store", store, .. arguments.Select(argument => (ByteString)argument)]);

    /// <summary>A recording.</summary>
    public JsonNode Show(string subject) => JsonNode.Parse(Run("show", subject, "--json").EnsureSuccess().Output)!;
}
