using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RuncWrap.PreRuntime;

namespace UnitTests.RuncWrap.PreRuntime;

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

    /// <summary>The reader runs where no code can catch an exception.</summary>
    [Property(MaxTest = 20_000, EndSize = 3)]
    public Property No_beginning_and_no_broken_text_makes_it_throw()
    {
        const string State = """{"a":"\\\"","b":[{}],"c":-1.5e3,"pid":42}""";
        return Prop.ForAll(Arb.From(Gen.Choose(0, State.Length)), TextChange.Some("{}[]\"\\:,-09p "), (length, changes) =>
            StatePid.Find(TextChange.Apply(State[..length], changes)).Length >= 0);
    }
}
