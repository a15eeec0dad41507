using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>The assertions about the result of a create that many tests of the wrapper use.</summary>
internal static class BenchAssertions
{
    /// <summary>
    /// Asserts that the runtime was called, without output, and that the configuration has the one hook of <see cref="WrapperBench.Rule"/>.
    /// </summary>
    public static void AssertInjectedOnce(this WrapperBench bench, CommandResult result)
    {
        result.AssertSilentSuccess();
        Assert.Equal(["""{"path":"/bin/true"}"""], bench.Hooks().GetValueOrDefault("createRuntime", []));
        _ = Assert.Single(bench.Hooks());
    }

    public static void AssertSilentSuccess(this CommandResult result) =>
        Assert.Equal(("", "", 0, null), (result.ErrorText, result.OutputText, result.ExitCode, result.Signal));

    /// <summary>
    /// Whether a create succeeded while others changed its rules or devices without a pause. On a busy machine it may fail to list a
    /// directory between two changes. It may be refused for that reason only.
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

    /// <summary>
    /// Asserts that the wrapper refused: with the exit code, all parts in one line, no call of the runtime, and an unchanged file.
    /// </summary>
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

    /// <summary>Asserts that the bundle has only the configuration and the documented record.</summary>
    public static void AssertNothingLeftBehind(this WrapperBench bench) =>
        Assert.Empty(Directory.GetFileSystemEntries(bench.Bundle).Except([bench.Config, bench.Record]));
}
