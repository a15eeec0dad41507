using System.Text;
using HookCtl.Output;

namespace UnitTests.HookCtl.Output;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void Equal_texts_have_no_difference() => Assert.Equal("", UnifiedDiff.Of(["a"], ["a"], "old", "new"));

    [Theory]
    [InlineData("a b c d e f g h", "a b c d X e f g h", "@@ -2,6 +2,7 @@| b| c| d|+X| e| f| g")]
    [InlineData("a", "a b", "@@ -1,1 +1,2 @@| a|+b")]
    [InlineData("a b", "b", "@@ -1,2 +1,1 @@|-a| b")]
    [InlineData("a b c d e f g h i j k", "X b c d e f g h i j Y",
        "@@ -1,4 +1,4 @@|-a|+X| b| c| d|@@ -8,4 +8,4 @@| h| i| j|-k|+Y")]
    [InlineData("a b c d e f g h", "X b c d e f g Y", "@@ -1,8 +1,8 @@|-a|+X| b| c| d| e| f| g|-h|+Y")]
    public void Changes_are_shown_with_three_lines_around_them(string old, string fresh, string hunks) => Assert.Equal(
        $"--- old|+++ new|{hunks}|".Replace('|', '\n'),
        UnifiedDiff.Of([.. old.Split(' ')], [.. fresh.Split(' ')], "old", "new"));

    [Theory]
    [InlineData("", "a\n", "@@ -0,0 +1,1 @@\n+a\n")]
    [InlineData("a\nb", "a\nb\n", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n")]
    public void Files_are_told_from_those_whose_last_line_has_no_end(string old, string fresh, string hunks) => Assert.Equal(
        "--- old\n+++ new\n" + hunks,
        UnifiedDiff.Of(UnifiedDiff.Lines(Encoding.UTF8.GetBytes(old)), UnifiedDiff.Lines(Encoding.UTF8.GetBytes(fresh)), "old", "new"));

    [Fact]
    public void What_is_too_large_to_compare_line_by_line_is_replaced_as_a_whole()
    {
        List<string> old = [.. Enumerable.Range(0, 3000).Select(i => $"a{i}"), "same", "x"];
        List<string> fresh = [.. Enumerable.Range(0, 3000).Select(i => $"b{i}"), "same", "y"];

        string diff = UnifiedDiff.Of(old, fresh, "old", "new");

        Assert.Contains("@@ -1,3002 +1,3002 @@\n-a0\n", diff, StringComparison.Ordinal);
        Assert.Contains("\n-same\n-x\n+b0\n", diff, StringComparison.Ordinal);
    }
}
