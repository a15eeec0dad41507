using HookCtl.Files;
using HookCtl.Processes;

namespace HookCtl.Engines.Docker;

/// <summary>What dockerd says of a daemon.json before it has to live with it.</summary>
internal static class DockerValidation
{
    private const string Program = "dockerd";

    /// <summary>Has dockerd look at what is to be in a file.</summary>
    /// <returns>
    /// Why it would not start with the file; null if it would, or if it cannot say: before 23 it has no <c>--validate</c>. And why it was
    /// not asked although it is there; null if it was.
    /// </returns>
    internal static async Task<(string? Refusal, string? NotAsked)> AskAsync(byte[] config, CancellationToken token)
    {
        if (ProgramSearch.Find(Program) is null)
        {
            return (null, null);
        }

        string? file = null;
        try
        {
            file = Path.GetTempFileName();
            await File.WriteAllBytesAsync(file, config, token);
            ProgramResult answer = await ExternalProgram.RunAsync(Program, ["--validate", "--config-file", file], token);
            bool isKnown = !answer.Error.Contains("unknown flag", StringComparison.Ordinal);
            return answer.ExitCode is null ? (null, answer.Failure)
                : (isKnown && answer.ExitCode != 0 ? answer.LastLines(1) : null, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"no file for it can be written to {Path.GetTempPath()}: {failure.Message}");
        }
        finally
        {
            if (file is not null)
            {
                FileChange.Delete(file);
            }
        }
    }
}
