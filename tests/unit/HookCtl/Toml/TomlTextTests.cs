using System.Text;
using HookCtl.Toml;

namespace UnitTests.HookCtl.Toml;

public sealed class TomlTextTests
{
    [Theory]
    [InlineData("a.b = 'x'", "x")]
    [InlineData("[a]\nb = \"x\"", "x")]
    [InlineData("[ a ] # ]\r\n\"b\" = 'x'\r\n", "x")]
    [InlineData("x = [\n # ]\n '[', {c = [1]}, ]\na.b=\"\\u00e4\\t\\\"\"", "ä\t\"")]
    [InlineData("y = \"\"\"\n[a]\nb = 'no'\n\\\"\"\"\"\n[[l]]\na.b = 1\n[a]\nb = 'ö'", "ö")]
    [InlineData("n = 1.5e3\nd = 1979-05-27T07:32:00Z\nz = {a.b = 'no'}\na.b = ''", "")]
    [InlineData("[a]\nb = 7", null)]
    [InlineData("[a]\nb = '''x'''", "x")]
    [InlineData("b = 'x'\n[a.b]\n", null)]
    [InlineData("a.b = \"/x\\u0000\"", null)]
    [InlineData("a.b = \"\\U0001F600\"", "😀")]
    [InlineData("\uFEFFa.b = 'x'", "x")]
    [InlineData("a.\"\" = 1\na.b = 'x' # no end of line", "x")]
    [InlineData("a = {x = 1, b = 'x'}", "x")]
    [InlineData("a = { b = \"x\" } # {", "x")]
    [InlineData("", null)]
    public void A_string_is_found_by_its_name(string text, string? expected) => Assert.Equal(expected, Parse(text).String("a", "b"));

    [Fact]
    public void Elements_of_an_array_are_found()
    {
        var toml = Parse("imports = [ 'a', # b\n \"c\",\n [1, 2], ]\n");

        Assert.Equal(["a", "c", null], toml.Find("imports")!.Elements!.Select(element => element.String));
        Assert.Equal(["a", "c"], toml.Find("imports")!.Strings);
    }

    [Fact]
    public void Members_of_inline_tables_are_found_however_deep()
    {
        var toml = Parse("[t]\na = {b = {'c.d' = 'x', e = [{f = 1}]}, g.h = 2}\n");

        Assert.Equal("x", toml.String("t", "a", "b", "c.d"));
        Assert.NotNull(toml.Find("t", "a", "g", "h"));
        Assert.Equal("[{f = 1}]", toml.Find("t", "a", "b", "e")!.Meaning);
        Assert.True(toml.Find("t", "a")!.IsInlineTable);
    }

    [Theory]
    [InlineData("a = [\n 'x', # one\n \"y\\\"\",\n]", "[\"x\", \"y\\\"\"]")]
    [InlineData("a = 'ö\t'", "\"ö\\t\"")]
    [InlineData("a = \"\"\"\n x\r\n\"\"\"", "\" x\\r\\n\"")]
    [InlineData("a = \"\\u001F\\u007F\\u0085\\\\\"", "\"\\u001F\\u007F\\u0085\\\\\"")]
    [InlineData("a = [1, {b = 'x'}]", "[1, {b = 'x'}]")]
    [InlineData("a = 1979-05-27 07:32:00Z # x", "1979-05-27 07:32:00Z")]
    [InlineData("a = \"x\\u0000\"", "\"x\\u0000\"")]
    [InlineData("a = 0x1F", "0x1F")]
    [InlineData("a = [ ]", "[]")]
    public void What_a_value_means_is_written_in_one_way(string text, string meaning)
    {
        TomlValue value = Parse(text).Find("a")!;

        Assert.Equal(meaning, value.Meaning);
        Assert.Equal(meaning, TomlText.ParseValue(meaning).Meaning);
    }

    [Fact]
    public void Where_values_and_headers_stand_is_told_in_characters()
    {
        const string Text = "\uFEFF# ö😀\r\n[ a.'b c' ] # ]\r\nd = 'ä'\r\n[[e]]";
        var toml = Parse(Text);
        TomlValue value = toml.Find("a", "b c", "d")!;

        Assert.Equal("'ä'", Text[value.Place.Start..value.Place.End]);
        Assert.Equal(Text, toml.Characters);
        Assert.Equal([Text.IndexOf('d', StringComparison.Ordinal), Text.Length], toml.Tables.Select(table => table.End));
    }

    private static TomlText Parse(string text) => TomlText.Parse("f", Encoding.UTF8.GetBytes(text));
}
