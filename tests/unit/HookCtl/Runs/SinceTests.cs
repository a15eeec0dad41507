using HookCtl.Runs;

namespace UnitTests.HookCtl.Runs;

public sealed class SinceTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 10, 14, 30, 15, TimeSpan.FromHours(2));

    [Theory]
    [InlineData("now", "2026-03-10T14:30:15+02:00")]
    [InlineData("today", "2026-03-10T00:00:00+02:00")]
    [InlineData("yesterday", "2026-03-09T00:00:00+02:00")]
    [InlineData("90s ago", "2026-03-10T14:28:45+02:00")]
    [InlineData("-90 sec", "2026-03-10T14:28:45+02:00")]
    [InlineData("2h ago", "2026-03-10T12:30:15+02:00")]
    [InlineData(" -2h ", "2026-03-10T12:30:15+02:00")]
    [InlineData("1 day ago", "2026-03-09T14:30:15+02:00")]
    [InlineData("3 weeks ago", "2026-02-17T14:30:15+02:00")]
    [InlineData("2026-03-01T08:00:00Z", "2026-03-01T08:00:00+00:00")]
    [InlineData("2026-03-01 08:00:00.5 +01:00", "2026-03-01T08:00:00.5+01:00")]
    public void Times_are_read_as_systemd_reads_them(string text, string time) =>
        Assert.Equal(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), Since.Parse(text, s_now));

    [Theory]
    [InlineData("")]
    [InlineData("2 fortnights ago")]
    [InlineData("2h")]
    [InlineData("-2h ago")]
    [InlineData("99999999999999999999 weeks ago")]
    [InlineData("2026-13-01")]
    [InlineData("03/01/2026")]
    [InlineData("14:30")]
    public void Anything_else_is_no_time(string text) => Assert.Null(Since.Parse(text, s_now));
}
