using System.Text.Json;
using HookCtl.Files;

namespace UnitTests.HookCtl.Files;

public sealed class EngineJsonTests
{
    [Theory]
    [InlineData(@"\ud83d\ude00", "\U0001F600")]
    [InlineData(@"\ud83d\ud83d\ude00", "\uFFFD\U0001F600")]
    [InlineData(@"\ude00\ud83d", "\uFFFD\uFFFD")]
    [InlineData(@"\\ud800", @"\ud800")]
    [InlineData(@"\\\uD800x\n", "\\\uFFFDx\n")]
    [InlineData(@"\u00e4", "\u00e4")]
    public void Escapes_of_half_a_pair_are_replaced_and_nothing_else(string escaped, string expected)
    {
        JsonElement json = EngineJson.Parse($$"""{"{{escaped}}":"{{escaped}}"}""")!.Value;

        Assert.Equal(expected, json.GetProperty(expected).GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("\"\\")]
    [InlineData("\"\\ud800")]
    [InlineData("\"\\ud80")]
    [InlineData("\"\\ud8zz\"")]
    [InlineData("{} // x")]
    public void What_is_no_json_is_none(string text) => Assert.Null(EngineJson.Parse(text));

    [Fact]
    public void Comments_are_passed_over_where_that_is_asked() =>
        Assert.NotNull(EngineJson.Parse("{} // x", JsonCommentHandling.Skip));
}
