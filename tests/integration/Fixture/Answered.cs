using System.Text.RegularExpressions;

namespace IntegrationTests.Fixture;

/// <summary>
/// hookctl where it asks other programs. It waits for an answer for some seconds only, and says so if there was none, which on a busy machine
/// says nothing of what a test is about: it is asked again.
/// </summary>
internal static partial class Answered
{
    /// <summary>Runs hookctl until all have answered that it asks.</summary>
    /// <param name="run">Runs it.</param>
    /// <param name="undo">Takes back what it did.</param>
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

    /// <summary>Runs hookctl to change an engine's file, which is as it was, with its backups, before it is run again.</summary>
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

    // Who is asked too late may have told its exit code, and nothing more.
    [GeneratedRegex(
        """does not answer|answers through the wrapper: ?["\r\n]|does not tell its (version|runtime): ?["\r\n]|did not end in """
        + "|dockerd still |default runtime is still ", RegexOptions.ExplicitCapture)]
    private static partial Regex Unanswered();
}
