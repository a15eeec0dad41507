using System.Text;
using HookCtl.Output;

namespace UnitTests.HookCtl.Output;

public sealed class IndentedJsonTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("""[ ]""", "[]")]
    [InlineData("""{"b":1.50,"a":[],"b" : {"\u0041":[true,null,{}]},"c":"\"x\/"}""",
        """
        {
          "b": 1.50,
          "a": [],
          "b": {
            "\u0041": [
              true,
              null,
              {}
            ]
          },
          "c": "\"x\/"
        }
        """)]
    public void Each_value_is_on_a_line_of_its_own_spelled_as_it_was(string json, string expected) =>
        Assert.Equal(expected, string.Join('\n', IndentedJson.Lines(Encoding.UTF8.GetBytes(json))));
}
