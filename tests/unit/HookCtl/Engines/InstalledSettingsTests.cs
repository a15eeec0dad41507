using System.Text;
using HookCtl.Engines;
using HookCtl.Toml;
using Json;
using Linux;

namespace UnitTests.HookCtl.Engines;

public sealed class OwnSettingsTests
{
    private static readonly InstalledSettings s_own = new(["version"], ["a", "default"], ["a", "runtimes", "mine"]);

    [Theory]
    [InlineData("version = 2\n[a]\ndefault = 'x'\n[a.runtimes]\n[a.runtimes.mine]\nx = 1\n[a.runtimes.mine.options]\ny = 2\n", null)]
    [InlineData("[a]\nruntimes = { mine = { x = 1 } }\n", null)]
    [InlineData("", null)]
    [InlineData("[a]\nruntimes = { mine = { x = 1 }, other = { x = 1 } }\n", "a.runtimes.other.x")]
    [InlineData("[a]\nruntimes = { other = {} }\n", "a.runtimes.other")]
    [InlineData("[a.runtimes.other]\n", "a.runtimes.other")]
    [InlineData("[a.runtimes.mine]\nx = 1\n[a.runtimes.other]\nx = 1\n", "a.runtimes.other.x")]
    [InlineData("[a]\ndefaults = 1\n", "a.defaults")]
    [InlineData("[b]\n", "b")]
    [InlineData("[a]\nruntimes = 1\n", "a.runtimes")]
    public void What_somebody_has_added_is_named(string text, string? added)
    {
        string? refused = Refusal(text, new TextRange(0, text.Length));

        Assert.Equal(added is null ? null : $"f: somebody has added {added}; it is left as it is: move that away, and try again", refused);
    }

    [Fact]
    public void What_is_elsewhere_is_not_looked_at()
    {
        const string Text = "x = 1\n[before]\n# begin\n[a.runtimes.mine]\ny = 1\n# end\n[after]\nz = 1\n";
        int begin = Text.IndexOf("# begin", StringComparison.Ordinal);
        int end = Text.IndexOf("[after]", StringComparison.Ordinal);

        Assert.Null(Refusal(Text, new TextRange(begin, end)));
        Assert.Contains("somebody has added after.z", Refusal(Text, new TextRange(begin, Text.Length)), StringComparison.Ordinal);
    }

    private static string? Refusal(string text, TextRange place)
    {
        try
        {
            s_own.CheckThatAllIsOurs("f", TomlText.Parse("f", Encoding.UTF8.GetBytes(text)), place, "away");
            return null;
        }
        catch (OciHooksException refusal)
        {
            return refusal.Message;
        }
    }
}
