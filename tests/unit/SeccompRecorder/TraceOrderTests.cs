using HookEngine;
using SeccompRecorder;

namespace UnitTests.SeccompRecorder;

public sealed class TraceOrderTests
{
    [Theory]
    [InlineData("of:/a/b", "/a/b", null)]
    [InlineData("of:/a/b;if:/c", "/a/b", "/c")]
    [InlineData("if:/c; of:/a b", "/a b", "/c")]
    public void It_names_an_output_and_maybe_an_input(string text, string output, string? input) =>
        Assert.Equal(new TraceOrder(output, input), TraceOrder.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("if:/c")]
    [InlineData("of:a")]
    [InlineData("of:/a;if:c")]
    [InlineData("of:/a;x:/c")]
    public void Else_it_is_refused(string text) => Assert.Throws<OciHooksException>(() => TraceOrder.Parse(text));
}
