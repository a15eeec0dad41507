using System.Text.RegularExpressions;

namespace IntegrationTests.Fixture;

/// <summary>
/// Runs hookctl commands that query other programs. hookctl waits some seconds for each and reports a missing answer. On a busy machine
/// such a report does not concern the test, so hookctl runs again.
/// </summary>
internal static partial class Answered
{
    /// <summary>Runs hookctl until every program it queries has answered.</summary>
    /// <param name="run">Runs hookctl.</param>
    /// <param name="undo">Reverts its changes.</param>
    public static async Task<CommandResult> ByAsync(Func<Task<CommandResult>> run, Func<Task>? undo = null)
    {
        CommandResult result = await run();
        await Eventually.TrueAsync(IsAnsweredAsync, "all answer that hookctl asks");
        return result;

        async Task<bool> IsAnsweredAsync()
        {
            if (!Unanswered().IsMatch(result.OutputText + result.ErrorText))
            {
                return true;
            }

            if (undo is not null)
            {
                await undo();
            }

            result = await run();
            return false;
        }
    }

    /// <summary>Runs hookctl to change an engine's file. Restores the file and its backups before it runs hookctl again.</summary>
    public static Task<CommandResult> ByEngineOfAsync(string file, Func<Task<CommandResult>> run)
    {
        Dictionary<string, byte[]> before = Files().ToDictionary(path => path, File.ReadAllBytes);
        return ByAsync(run, Undo);

        string[] Files() => Directory.GetFiles(Path.GetDirectoryName(file)!, Path.GetFileName(file) + "*");

        Task Undo()
        {
            foreach (string added in Files().Except(before.Keys))
            {
                File.Delete(added);
            }

            foreach ((string path, byte[] content) in before)
            {
                File.WriteAllBytes(path, content);
            }

            return Task.CompletedTask;
        }
    }

    // A program that was asked too late may have reported its exit code and nothing more.
    [GeneratedRegex(
        """does not answer|answers through the wrapper: ?["\r\n]|does not tell its (version|runtime): ?["\r\n]|did not end in """
        + "|dockerd still |default runtime is still ", RegexOptions.ExplicitCapture)]
    private static partial Regex Unanswered();
}
