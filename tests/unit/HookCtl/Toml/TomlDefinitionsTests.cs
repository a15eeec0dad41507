using HookCtl.Toml;
using Linux;

namespace UnitTests.HookCtl.Toml;

public sealed class TomlDefinitionsTests
{
    [Theory]
    [InlineData("a = 1\nb = 1\n[c]\na = 1")]
    [InlineData("[a.b]\n[a]\n[a.c]")]
    [InlineData("[a.b.c]\nx = 1\n[a]\nx = 1\n[a.b]\nx = 1")]
    [InlineData("a.b = 1\na.c.d = 1\na.c.e = 1")]
    [InlineData("[f]\na.c = 1\na.t.s = true\n[f.a.x]\ny = 1")]
    [InlineData("[[a]]\nb = 1\n[[a]]\nb = 1\n[a.b2]\n[[a]]\n[a.b2]")]
    [InlineData("[[a]]\nb = 1\n[[a]]\n[a.b]")]
    [InlineData("[[a.b]]\n[[a.b.c]]\n[[a.b]]\n[[a.b.c]]")]
    [InlineData("a = [{b = 1}, {b = 1}, [{b = 1}]]")]
    [InlineData("a = {b.c = 1, b.d = 1}")]
    [InlineData("a = 1\nA = 1\n'' = 1\n[\"a.b\"]\n[c.b]")]
    [InlineData("version = 2\n[plugins]\n[plugins.'io.containerd.grpc.v1.cri'.containerd]\nx = 1\n"
        + "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.hooked]\n[plugins.'io.containerd.grpc.v1.cri']")]
    public void What_is_defined_once_is_understood(string text) => _ = TomlText.Parse("f", text);

    [Theory]
    [InlineData("a = 1\na = 1", "2:1", "a")]
    [InlineData("a = 1\n'a' = 1", "2:1", "'a'")]
    [InlineData("[a]\n[a]", "2:2", "a")]
    [InlineData("[a]\nb = 1\nc = 2\n[a.b]", "4:2", "a.b")]
    [InlineData("[a]\nb = {}\nc = 2\n[a.b]", "4:2", "a.b")]
    [InlineData("[a]\nb = {}\nc = 2\n[a.b.d]", "4:2", "a.b.d")]
    [InlineData("[a]\nb.d = 1\nc = 2\n[a.b]", "4:2", "a.b")]
    [InlineData("[a.b]\n[a]\nb = 1", "3:1", "b")]
    [InlineData("[a.b.c]\nz = 1\n[a]\nb.c.t = 1", "4:1", "b.c.t")]
    [InlineData("[a.b.c.d]\n[a]\nb.c.k = 1", "3:1", "b.c.k")]
    [InlineData("a = {b = 1}\na.c = 1", "2:1", "a.c")]
    [InlineData("a.b = 1\na = 1", "2:1", "a")]
    [InlineData("a.b = 1\na.b.c = 1", "2:1", "a.b.c")]
    [InlineData("a.b = 1\n[a]", "2:2", "a")]
    [InlineData("a = [{}]\n[[a]]", "2:3", "a")]
    [InlineData("a = []\n[a.b]", "2:2", "a.b")]
    [InlineData("[a]\n[[a]]", "2:3", "a")]
    [InlineData("[[a]]\n[a]", "2:2", "a")]
    [InlineData("[a.b]\n[[a]]", "2:3", "a")]
    [InlineData("[[a]]\nb = 1\n[a.b]", "3:2", "a.b")]
    [InlineData("a = {b = 1, b = 2}", "1:13", "b")]
    [InlineData("a = [[1, {b = 1, b.c = 2}]]", "1:18", "b.c")]
    [InlineData("a = {b = {c = 1}, b.d = 1}", "1:19", "b.d")]
    [InlineData("[plugins.\"x.y\"]\n[plugins.'x.y']", "2:2", "plugins.'x.y'")]
    public void What_is_defined_twice_is_told_with_its_place(string text, string place, string name) => Assert.Equal(
        $"f:{place}: is not understood: {name} is defined already; it is left as it is: fix it there",
        Assert.Throws<OciHooksException>(() => TomlText.Parse("f", text)).Message);
}
