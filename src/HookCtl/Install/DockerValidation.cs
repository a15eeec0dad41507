namespace HookCtl.Install;

/// <summary>What dockerd says of a daemon.json before it has to live with it.</summary>
internal static class DockerValidation
{
    private const string Program = "dockerd";

    /// <summary>
    /// Why dockerd would not start with a file; null if it would, or if it cannot say: before 23 it has no <c>--validate</c>.
    /// </summary>
    /// <param name="config">What is to be in the file.</param>
    /// <param name="notAsked">Why it was not asked although it is there; null if it was.</param>
    internal static string? Refusal(byte[] config, out string? notAsked)
    {
        notAsked = null;
        if (ProgramSearch.Find(Program) is null)
        {
            return null;
        }

        string? file = null;
        try
        {
            file = Path.GetTempFileName();
            File.WriteAllBytes(file, config);
            ExternalProgram? answer = ExternalProgram.Run(Program, "--validate", "--config-file", file);
            notAsked = answer is null ? "it does not answer" : null;
            bool isKnown = answer is not null && !answer.Error.Contains("unknown flag", StringComparison.Ordinal);
            return isKnown && answer!.ExitCode != 0 ? answer.LastWords : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            notAsked = $"no file for it can be written to {Path.GetTempPath()}: {failure.Message}";
            return null;
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
