namespace HookCtl.Install;

/// <summary>What dockerd says of a daemon.json before it has to live with it.</summary>
internal static class DockerValidation
{
    private const string Program = "dockerd";

    /// <summary>
    /// Why dockerd would not start with a file; null if it would, or if it cannot say: before 23 it has no <c>--validate</c>.
    /// </summary>
    internal static string? Refusal(byte[] config)
    {
        if (ProgramSearch.Find(Program) is null)
        {
            return null;
        }

        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, config);
            ExternalProgram? answer = ExternalProgram.Run(Program, "--validate", "--config-file", file);
            bool isKnown = answer is not null && !answer.Error.Contains("unknown flag", StringComparison.Ordinal);
            return isKnown && answer!.ExitCode != 0 ? answer.LastWords : null;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
