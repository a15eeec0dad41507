using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>What the tests of the wrapper say again and again about how a create ended.</summary>
internal static class BenchAssertions
{
    /// <summary>The runtime was called, nothing was said, and the configuration has the one hook of <see cref="WrapperBench.Rule"/>.</summary>
    public static void AssertInjectedOnce(this WrapperBench bench, CommandResult result)
    {
        result.AssertSilentSuccess();
        Assert.Equal(["""{"path":"/bin/true"}"""], bench.Hooks().GetValueOrDefault("createRuntime", []));
        _ = Assert.Single(bench.Hooks());
    }

    public static void AssertSilentSuccess(this CommandResult result) =>
        Assert.Equal(("", "", 0, null), (result.ErrorText, result.OutputText, result.ExitCode, result.Signal));

    /// <summary>
    /// Whether a create succeeded beside others who change its rules or devices without a pause. On a busy machine it may not come to list a
    /// directory between two changes: for that, and nothing else, it may be refused.
    /// </summary>
    public static bool IsCreatedBesideChanges(this CommandResult result)
    {
        if (result.ExitCode == 125 && result.ErrorText.Contains("is being changed all the time", StringComparison.Ordinal))
        {
            return false;
        }

        result.AssertSilentSuccess();
        return true;
    }

    /// <summary>The wrapper refused: with the exit code, one line that holds all the parts, no call of the runtime, the file as it was.</summary>
    public static void AssertRefused(this WrapperBench bench, CommandResult result, int exitCode, byte[]? config, params string[] parts)
    {
        result.AssertFailed(exitCode, parts);
        Assert.Empty(bench.Calls);
        if (config is not null)
        {
            Assert.Equal(Encoding.Latin1.GetString(config), Encoding.Latin1.GetString(File.ReadAllBytes(bench.Config)));
        }
    }

    public static void AssertFailed(this CommandResult result, int exitCode, params string[] parts)
    {
        Assert.True(result.ExitCode == exitCode, $"wanted exit code {exitCode}, got {result}");
        Assert.Equal("", result.OutputText);
        Assert.Matches("^runc-wrap: [^A-Z].*\n$", result.ErrorText);
        foreach (string part in parts)
        {
            Assert.Contains(part, result.ErrorText, StringComparison.Ordinal);
        }
    }

    /// <summary>Only the configuration and what the wrapper documents to keep beside it.</summary>
    public static void AssertNothingLeftBehind(this WrapperBench bench) =>
        Assert.Empty(Directory.GetFileSystemEntries(bench.Bundle).Except([bench.Config, bench.Record]));
}
