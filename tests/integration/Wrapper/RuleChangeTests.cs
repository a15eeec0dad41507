using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests rules that change while they are read. A create sees one whole version, or is refused.</summary>
public sealed class RuleChangeTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public void Dispose() => _bench.Dispose();

    /// <summary>The rule fits in a page, which is read at once, or has many pages, which may not be.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void A_rule_that_is_being_rewritten_is_never_mixed_from_two(int size)
    {
        string[] versions = [Version('a', size), Version('b', size)];
        string path = Path.Combine(_bench.Rules, "x.json");
        File.WriteAllText(path, versions[0]);

        // The file is truncated and then written, as by a shell's redirection and many editors.
        Meanwhile.Do(i => File.WriteAllText(path, versions[i % 2]), () =>
        {
            for (int i = 0; i < 60; i++)
            {
                AssertComplete(_bench.Create());
            }
        });
    }

    [Fact]
    public void A_rule_that_is_replaced_is_never_missed()
    {
        string path = Path.Combine(_bench.Rules, "x.json");
        File.WriteAllText(path, Version('a', 100));
        int created = 0;
        Meanwhile.Do(Replace, () =>
        {
            for (int i = 0; i < 60; i++)
            {
                if (_bench.Create().IsCreatedBesideChanges())
                {
                    created++;
                    _ = Assert.Single(_bench.Hooks()["poststop"]);
                }
            }
        });
        Assert.NotEqual(0, created);

        void Replace(int i)
        {
            File.WriteAllText(path + ".new", Version(i % 2 == 0 ? 'a' : 'b', 100));
            File.Move(path + ".new", path, overwrite: true);
        }
    }

    private static string Version(char letter, int size) =>
        $$"""{"version":"1.0.0","hook":{"path":"/bin/true","args":["{{new string(letter, size)}}","{{letter}}"]},"when":{"always":true},"stages":["poststop"]}""";

    private void AssertComplete(CommandResult result)
    {
        if (result.ExitCode != 0)
        {
            result.AssertFailed(125, "x.json");
            return;
        }

        result.AssertSilentSuccess();
        string hook = Assert.Single(_bench.Hooks()["poststop"]);
        Assert.False(hook.Contains("aa", StringComparison.Ordinal) && hook.Contains("bb", StringComparison.Ordinal), "half of one version, half of another");
    }
}
