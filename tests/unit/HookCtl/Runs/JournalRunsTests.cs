using HookCtl.Runs;

namespace UnitTests.HookCtl.Runs;

public sealed class JournalRunsTests
{
    [Theory]
    [InlineData("""{"MESSAGE":"\ud800"}""")]
    [InlineData("""{"\ud800":"x"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public void What_is_no_entry_is_passed_over(string line) => Assert.Null(JournalRuns.Fields(line));
}
