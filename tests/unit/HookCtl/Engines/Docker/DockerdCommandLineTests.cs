using HookCtl.Engines.Docker;

namespace UnitTests.HookCtl.Engines.Docker;

/// <summary>Tests how the words of dockerd's command line are interpreted.</summary>
public sealed class DockerdCommandLineTests
{
    [Theory]
    [InlineData("dockerd --data-root=/a", "/a")]
    [InlineData("dockerd --data-root /a", "/a")]
    [InlineData("dockerd --data-root /a --data-root=/b", "/b")]
    [InlineData("dockerd --data-root a/../b", "/srv/b")]
    [InlineData("dockerd --data-roots=/a", null)]
    [InlineData("dockerd --label --data-rooted /a", null)]
    [InlineData("dockerd --data-root=", null)]
    [InlineData("dockerd --data-root", null)]
    [InlineData("dockerd", null)]
    public void A_path_is_found_however_it_is_written(string words, string? path) =>
        Assert.Equal(path, Of(words).Path("--data-root"));

    [Theory]
    [InlineData("dockerd -H fd:// -Hunix:///a --host unix:///b --host=tcp://c -H=unix:///d", "fd:// unix:///a unix:///b tcp://c unix:///d")]
    [InlineData("dockerd --hosts x -D", "")]
    public void A_flag_may_be_given_several_times(string words, string values) =>
        Assert.Equal(values, string.Join(' ', Of(words).Values("--host", "-H")));

    [Theory]
    [InlineData("dockerd --add-runtime x=/y", "--add-runtime")]
    [InlineData("dockerd --default-runtime=x", "--default-runtime=x")]
    [InlineData("dockerd --debug", null)]
    public void The_first_of_some_flags_is_told_as_it_is_written(string words, string? flag) =>
        Assert.Equal(flag, Of(words).First("--add-runtime", "--default-runtime"));

    private static DockerdCommandLine Of(string words) => new(words.Split(' '), "/srv");
}
