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

    private static TomlText Parse(string text) => TomlText.Parse("f", Encoding.UTF8.GetBytes(text));
}
