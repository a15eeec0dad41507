using System.Text.Json;
using HookCtl.Engines.Docker;
using HookCtl.Files;
using HookCtl.Processes;

namespace HookCtl.Commands.Doctor;

/// <summary>What the running dockerd says of its runtimes.</summary>
/// <param name="DefaultRuntime">The default runtime's name; null if it did not answer.</param>
/// <param name="Runtimes">The runtimes, as in daemon.json; null if it did not answer.</param>
/// <param name="DataRoot">Where it keeps its containers; null if it did not answer.</param>
/// <param name="Complaint">Why it did not answer.</param>
internal sealed record DockerAnswer(string? DefaultRuntime, JsonElement? Runtimes, string? DataRoot, Finding? Complaint)
{
    private const string Check = "docker";
    private const string Template = "{{json .}}";

    internal bool IsRunning => Runtimes is not null;

    /// <summary>Asks it by its client, which DOCKER_HOST tells where it listens, else its own settings.</summary>
    internal static async Task<DockerAnswer> AskAsync(Dockerd daemon, Machine machine)
    {
        if (ProgramSearch.Find("docker") is not { } client)
        {
            return Silent("there is no docker client to ask it with");
        }

        string? host = Environment.GetEnvironmentVariable("DOCKER_HOST");
        if (host is { Length: > 0 } && !host.StartsWith("unix:", StringComparison.Ordinal))
        {
            return Silent($"DOCKER_HOST is {host}, which is another machine's");
        }

        ProgramResult end = await machine.RunAsync(client.ToString(), [.. host is null ? daemon.ClientOptions : [], "info", "--format", Template]);
        if (end.ExitCode is null)
        {
            return Silent(end.Failure!);
        }

        // What the client itself knows is written also where the daemon does not answer.
        JsonElement? info = EngineJson.Parse(end.Output);
        JsonElement? runtimes = DockerCheck.Member(info, "Runtimes");
        return runtimes is { ValueKind: JsonValueKind.Object }
            ? new DockerAnswer(EngineFiles.String(info, "DefaultRuntime"), runtimes, EngineFiles.String(info, "DockerRootDir"), null)
            : Silent(EngineFiles.Array(info, "ServerErrors").Select(error => error.ToString()).FirstOrDefault() ?? end.LastLines(1));
    }

    private static DockerAnswer Silent(string reason) => new(
        null,
        null,
        null,
        Finding.Note(Check, $"dockerd was not asked which runtimes it has: {reason}", "start it, or run this as a user who may ask it"));
}
