using System.Text;
using HookCtl.Toml;
using HookEngine;

namespace Tests.Unit.HookCtl.Toml;

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
    [InlineData("[a]\nb = '''x'''", null)]
    [InlineData("b = 'x'\n[a.b]\n", null)]
    [InlineData("a.b = \"/x\\u0000\"", null)]
    [InlineData("a = {x = 1, b = 'x'}", "x")]
    [InlineData("a = { b = \"x\" } # {", "x")]
    [InlineData("", null)]
    public void A_string_is_found_by_its_name(string text, string? expected) => Assert.Equal(expected, Parse(text).String("a", "b"));

    [Theory]
    [InlineData("a")]
    [InlineData("a =")]
    [InlineData("= 1")]
    [InlineData("[a")]
    [InlineData("a = 'x\n'")]
    [InlineData("a = [1")]
    [InlineData("a = [1 2]")]
    [InlineData("a = {b}")]
    [InlineData("a = \"\"\"x\"\"")]
    [InlineData("\uFEFFa = 1")]
    [InlineData("\0")]
    public void What_is_no_toml_is_told_with_its_line(string text) =>
        Assert.StartsWith("f: is not understood at line 2;", Assert.Throws<OciHooksException>(() => Parse("# x\n" + text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Elements_of_an_array_are_found()
    {
        var toml = Parse("imports = [ 'a', # b\n \"c\",\n [1, 2], ]\n");

        Assert.Equal(["a", "c", null], toml.Elements(toml.Find("imports")!.Value)!.Select(toml.String));
    }

    [Fact]
    public void Members_of_inline_tables_are_found_however_deep()
    {
        var toml = Parse("[t]\na = {b = {'c.d' = 'x', e = [{f = 1}]}, g.h = 2}\n");

        Assert.Equal("x", toml.String("t", "a", "b", "c.d"));
        Assert.NotNull(toml.Find("t", "a", "g", "h"));
        Assert.Equal("[{f = 1}]", toml.Meaning(toml.Find("t", "a", "b", "e")!.Value));
        Assert.True(toml.IsInlineTable(toml.Find("t", "a")!.Value));
    }

    [Theory]
    [InlineData("a = [\n 'x', # one\n \"y\\\"\",\n]", "[\"x\", \"y\\\"\"]")]
    [InlineData("a = 'ö\t'", "\"ö\\u0009\"")]
    [InlineData("a = 0x1F", "0x1F")]
    [InlineData("a = [ ]", "[]")]
    public void What_a_value_means_is_written_in_one_way(string text, string meaning)
    {
        var toml = Parse(text);

        Assert.Equal(meaning, toml.Meaning(toml.Find("a")!.Value));
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void What_is_too_deep_is_told(char open, char close)
    {
        string Nested(int depth) => open == '['
            ? new string('[', depth) + new string(']', depth)
            : string.Concat(Enumerable.Repeat("{b=", depth)) + "1" + new string(close, depth);

        _ = Parse("a = " + Nested(100));
        Assert.StartsWith("f: is not understood at line 1;", Assert.Throws<OciHooksException>(() => Parse("a = " + Nested(100_000))).Message,
            StringComparison.Ordinal);
    }

    private static TomlText Parse(string text) => TomlText.Parse("f", Encoding.UTF8.GetBytes(text));
}
