using System.Text;
using Linux.Journal;

namespace UnitTests.Linux.Journal;

public sealed class JournalMessageTests
{
    [Fact]
    public void A_plain_value_stands_behind_an_equals_sign() => Assert.Equal("A=b=cé\n", Message(("A", "b=cé")));

    [Fact]
    public void A_value_with_a_line_break_has_its_length_before_it() =>
        Assert.Equal("A\n\u0003\0\0\0\0\0\0\0x\ny\nB=\n", Message(("A", "x\ny"), ("B", "")));

    [Fact]
    public void A_long_value_fits()
    {
        string value = new('x', 100_000);

        Assert.Equal($"A={value}\nB={value}\n", Message(("A", value), ("B", value)));
    }

    private static string Message(params (string Name, string Value)[] fields)
    {
        var message = new JournalMessage();
        foreach ((string name, string value) in fields)
        {
            message.Add(Encoding.UTF8.GetBytes(name), value);
        }

        return Encoding.UTF8.GetString(message.Span);
    }
}
