using Linux;
using SeccompRecorder.State;

namespace UnitTests.SeccompRecorder.State;

public sealed class TraceOrderTests
{
    [Theory]
    [InlineData("of:/a/b", "/a/b", null)]
    [InlineData("of:/a/b;if:/c", "/a/b", "/c")]
    [InlineData("if:/c; of:/a b", "/a b", "/c")]
    public void It_names_an_output_and_maybe_an_input(string text, string output, string? input) =>
        Assert.Equal(new TraceRequest(output, input), TraceRequest.Parse(text, null));

    [Theory]
    [InlineData("")]
    [InlineData("if:/c")]
    [InlineData("of:a")]
    [InlineData("of:/a;if:c")]
    [InlineData("of:/a;x:/c")]
    [InlineData("of:/a;of:/b")]
    [InlineData("of:/a;if:/b;if:/c")]
    [InlineData("of:/a/../b")]
    [InlineData("of:/a;if:/b/./c")]
    [InlineData("of:/a//b")]
    [InlineData("of:/a/")]
    public void Else_it_is_refused(string text) => Assert.Throws<OciHooksException>(() => TraceRequest.Parse(text, null));

    [Theory]
    [InlineData("of:/p/a", true)]
    [InlineData("of:/p/a/b;if:/p/c", true)]
    [InlineData("of:/p", false)]
    [InlineData("of:/pa/b", false)]
    [InlineData("of:/p/a;if:/etc/c", false)]
    public void Files_are_in_the_directory_if_there_is_one(string text, bool isTaken)
    {
        foreach (string directory in (string[])["/p", "/p/"])
        {
            Exception? refusal = Record.Exception(() => TraceRequest.Parse(text, directory));
            Assert.Equal(isTaken, refusal is null);
        }
    }
}
