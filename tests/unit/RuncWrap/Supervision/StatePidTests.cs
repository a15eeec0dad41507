using System.Text;
using RuncWrap.Supervision;

namespace Tests.Unit.RuncWrap.Supervision;

public sealed class StatePidTests
{
    [Theory]
    [InlineData("""{"pid":42}""", "42")]
    [InlineData("""{"pid":42""", "")]
    [InlineData("""{"a":{"pid":1},"b":["pid",2],"c":"\"pid\":3","pid":4,"pid":5}""", "4")]
    [InlineData("""{"pid":"1","x":2,"pid":3}""", "3")]
    [InlineData("""{"pid":-1}""", "")]
    [InlineData("""{"pid":0}""", "")]
    [InlineData("""["pid",1]""", "")]
    [InlineData("""{"Pid":1}""", "")]
    [InlineData("", "")]
    public void The_number_is_found_at_the_top_only(string state, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(StatePid.Find(Encoding.UTF8.GetBytes(state))));

    /// <summary>It runs where an exception has nobody to catch it.</summary>
    [Fact]
    public void No_beginning_and_no_broken_text_makes_it_throw()
    {
        byte[] state = Encoding.UTF8.GetBytes("""{"a":"\\\"","b":[{}],"c":-1.5e3,"pid":42}""");
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] broken = state[..random.Next(state.Length + 1)];
            for (int j = 0; j < 3 && broken.Length > 0; j++)
            {
                broken[random.Next(broken.Length)] = (byte)"{}[]\"\\:,-09p "[random.Next(13)];
            }

            _ = StatePid.Find(broken).Length;
        }
    }
}
