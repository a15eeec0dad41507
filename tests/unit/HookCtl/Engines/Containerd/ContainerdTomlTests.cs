using System.Text;
using HookCtl.Engines;
using HookCtl.Engines.Containerd;
using Linux;

namespace UnitTests.HookCtl.Engines.Containerd;

/// <summary>Tests what an edit does to the bytes of an existing file.</summary>
public sealed class ContainerdTomlTests
{
    private const string Cri = "plugins.\"io.containerd.grpc.v1.cri\"";

    private static readonly RuntimeTable s_runtime = new RuntimeTable().With("\"io.containerd.runc.v2\"", "runtime_type");

    public static TheoryData<string> Files => new(
        "version = 2\n",
        "version = 2",
        "\uFEFFversion = 2 # ö😀\r\n\r\n\timports\t= [ 'a.toml' ,\r\n \"b\" ] # two\r\nx = 1",
        "# first\n  version=2\nimports = []\n\n\n[ plugins . 'io.containerd.grpc.v1.cri' ] # p\nx = { y = 1, \"z\" = [ 1,\n# in\n2, ] }\n",
        $"version = 2\n[{Cri}.containerd]\n  default_runtime_name = 'kata' # k\n  runtimes.kata.runtime_type = \"k\"\r\n",
        $"version = 2\n[{Cri}.containerd.runtimes.kata]\nruntime_type = '''k'''\n[[other]]\na = 1\n[[other]]\na = 2",
        "version = 3\n[plugins.\"io.containerd.cri.v1.runtime\".containerd]\n\n# end");

    [Theory]
    [MemberData(nameof(Files))]
    public void A_runtime_is_added_and_taken_out_with_every_other_byte_as_it_was(string text)
    {
        ContainerdToml before = Parse(Encoding.UTF8.GetBytes(text));
        foreach (bool makeDefault in new[] { false, true })
        {
            byte[] with = before.WithRuntime("hooked", s_runtime, s_runtime, makeDefault);
            ContainerdToml after = Parse(with);

            Assert.Equal("", after.PathOf("hooked"));
            Assert.Equal(makeDefault ? "hooked" : before.Default, after.Default);
            Assert.True(before.Gives(after, "hooked"));
            if (!makeDefault)
            {
                Assert.StartsWith(text, Encoding.UTF8.GetString(with), StringComparison.Ordinal);
                Assert.Equal(text.TrimEnd('\n'), Encoding.UTF8.GetString(after.WithoutRuntime("hooked", null)!).TrimEnd('\n'));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void An_import_is_added_and_taken_out_with_every_other_byte_as_it_was(string text)
    {
        const string DropIn = "/etc/ö\\\"/x.toml";
        byte[] with = Parse(Encoding.UTF8.GetBytes(text)).WithImport(DropIn);
        string without = Encoding.UTF8.GetString(Parse(with).WithoutImport(DropIn));

        Assert.Equal(with, Parse(with).WithImport(DropIn));
        Assert.Equal(
            text.TrimEnd('\n'),
            (text.Contains("imports", StringComparison.Ordinal) ? without : without.Replace("imports = []\n", "", StringComparison.Ordinal)).TrimEnd('\n'));
    }

    [Theory]
    [InlineData("[plugins]\n\"io.containerd.grpc.v1.cri\" = {a = {b = 1}}\n")]
    [InlineData($"[{Cri}.containerd]\nruntimes = {{}}\nx = 1\n")]
    [InlineData($"[{Cri}]\ncontainerd.runtimes = {{kata = {{runtime_type = 'k'}}}}\n")]
    public void A_table_that_cannot_be_added_is_told(string settings)
    {
        ContainerdToml file = Parse(Encoding.UTF8.GetBytes("version = 2\n" + settings));

        OciHooksException refusal = Assert.Throws<OciHooksException>(() => file.WithRuntime("hooked", s_runtime, s_runtime, false));
        Assert.Equal(
            "/etc/f: the runtimes are in an inline table, or under dotted keys, to which no table can be added; it is left as it is: "
            + $"write them as tables, [{Cri}.containerd.runtimes.NAME]",
            refusal.Message);
    }

    private static ContainerdToml Parse(byte[] content) => new("/etc/f", content);
}
