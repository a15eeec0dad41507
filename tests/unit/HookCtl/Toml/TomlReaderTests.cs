using System.Text;
using HookCtl.Toml;
using Linux;

namespace UnitTests.HookCtl.Toml;

public sealed class TomlReaderTests
{
    [Theory]
    [InlineData("a", "2:2")]
    [InlineData("a =", "2:4")]
    [InlineData("= 1", "2:1")]
    [InlineData("[a", "2:3")]
    [InlineData("[a] b = 1", "2:5")]
    [InlineData("a = 1 b = 2", "2:7")]
    [InlineData("a = x", "2:5")]
    [InlineData("a = 'x\n'", "2:7")]
    [InlineData("a = [1", "3:1")]
    [InlineData("a = [1\n", "3:1")]
    [InlineData("a = [1 2]", "2:8")]
    [InlineData("a = {b}", "2:7")]
    [InlineData("a = \"\"\"x\"\"", "2:11")]
    [InlineData("a = \"\\", "2:7")]
    [InlineData("a = \"\\u00", "2:10")]
    [InlineData("a = \"\\UFFFFFFFF", "2:7")]
    [InlineData("a = \"\"\"\\", "2:9")]
    [InlineData("a = \"\\q\"", "2:7")]
    [InlineData("a = 01", "2:5")]
    [InlineData("a = 99999999999999999999", "2:5")]
    [InlineData("\uFEFFa = 1", "2:1")]
    [InlineData("\0", "2:1")]
    [InlineData("a = 1 # \u0007", "2:9")]
    [InlineData("a = 1\r", "2:6")]
    public void What_is_no_toml_is_told_with_its_place(string text, string place) =>
        Assert.Matches($"^f:{place}: is not understood: .+; it is left as it is: fix it there$", Refusal("# x\n" + text));

    [Theory]
    [InlineData("a = 1\nb = '\u00ff'", "2:6")]
    [InlineData("# \u00e4\n", "1:3")]
    [InlineData("# \u00ed\u00a0\u0080", "1:3")]
    [InlineData("\u00ff\u00fea\0", "1:1")]
    public void A_byte_that_is_not_utf8_is_told_with_its_place(string bytes, string place)
    {
        OciHooksException refusal = Assert.Throws<OciHooksException>(() => TomlText.Parse("f", Encoding.Latin1.GetBytes(bytes)));

        Assert.Equal($"f:{place}: is not understood: a byte that is not UTF-8; it is left as it is: fix it there", refusal.Message);
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void What_is_too_deep_is_told(char open, char close)
    {
        string Nested(int depth) => open == '['
            ? new string('[', depth) + new string(']', depth)
            : string.Concat(Enumerable.Repeat("{b=", depth)) + "1" + new string(close, depth);

        _ = TomlText.Parse("f", "a = " + Nested(60));
        foreach (int depth in new[] { 100, 100_000 })
        {
            Assert.Equal(
                "f: is not understood: arrays or inline tables are too deep in each other; it is left as it is: fix it there",
                Refusal("a = " + Nested(depth)));
        }
    }

    [Theory]
    [InlineData("{0} = 1", "1:1")]
    [InlineData("[{0}]", "1:2")]
    [InlineData("[[{0}]]\n[{0}.b]", "1:3")]
    public void A_name_of_too_many_parts_is_told(string text, string place)
    {
        string name = string.Join('.', Enumerable.Repeat("a", 100_000));

        Assert.Equal(
            $"f:{place}: is not understood: a name of 100000 parts; it is left as it is: fix it there",
            Refusal(string.Format(null, text, name)));
    }

    [Fact]
    public void The_parts_of_tables_in_each_other_are_counted_together()
    {
        string name = string.Join('.', Enumerable.Repeat("a", 40));

        Assert.Contains("a name of 80 parts", Refusal($"[{name}]\n{name} = 1"), StringComparison.Ordinal);
        Assert.Contains("a name of 80 parts", Refusal($"{name} = {{{name} = 1}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_larger_than_any_engines_is_told()
    {
        byte[] text = [.. "a = 1\n#"u8, .. new byte[1024 * 1024].Select(_ => (byte)' ')];

        _ = TomlText.Parse("f", text.AsSpan(0, 1024 * 1024));
        Assert.StartsWith(
            "f: is larger than 1 MiB, ", Assert.Throws<OciHooksException>(() => TomlText.Parse("f", text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_does_not_quote_the_whole_file()
    {
        Assert.InRange(Refusal("a = " + new string('9', 100_000)).Length, 1, 400);
        Assert.InRange(Refusal(string.Concat(Enumerable.Repeat($"'{new string('k', 100_000)}' = 1\n", 2))).Length, 1, 400);
    }

    /// <summary>Ten times as much text takes about ten times as much memory, and therefore time.</summary>
    [Theory]
    [InlineData("k{0} = 1\n")]
    [InlineData("[t{0}]\nk = 'x'\n")]
    [InlineData("[a.b.t{0}]\nk = 1\n")]
    [InlineData("[[t]]\nk = {{a = {0}}}\n")]
    [InlineData("a.b.k{0} = [1, 2]\n")]
    [InlineData("# comment\n\r\n")]
    public void Memory_grows_as_the_text_does(string line)
    {
        _ = Allocated(line, 10);

        Assert.InRange(Allocated(line, 10_000) / (double)Allocated(line, 1_000), 5, 15);
    }

    /// <summary>A validation that quotes the table in each message would take some gigabytes here.</summary>
    [Fact]
    public void A_table_that_is_defined_often_is_told_once()
    {
        string text = $"[a]\n{string.Concat(Enumerable.Range(0, 20_000).Select(i => $"k{i} = 1\n"))}{string.Concat(Enumerable.Repeat("[a]\n", 100_000))}";

        Assert.Equal("f:20002:2: is not understood: a is defined already; it is left as it is: fix it there", Refusal(text));
    }

    private static long Allocated(string line, int count)
    {
        string text = string.Concat(Enumerable.Range(0, count).Select(i => string.Format(null, line, i)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = TomlText.Parse("f", text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Refusal(string text) => Assert.Throws<OciHooksException>(() => TomlText.Parse("f", text)).Message;
}
