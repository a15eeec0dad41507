using System.Text;
using HookEngine.Model;
using HookEngine.Reading.Settings;
using Linux;

namespace UnitTests.HookEngine.Model;

public sealed class SupervisionSettingsTests
{
    [Fact]
    public void Every_setting_is_read()
    {
        SupervisionSettings settings = Parse("""
            {
              "supervise": { "poststart": false, "createRuntime": true },
              "hookTimeout": 2.5,
              "hookTimeoutCeiling": 60,
              "hookKillGrace": 1e-1,
              "onHookFailure": "continue",
            }
            """);

        Assert.Equal([HookStage.Prestart, HookStage.CreateRuntime, HookStage.CreateContainer, HookStage.Poststop], settings.Stages);
        Assert.Equal(TimeSpan.FromSeconds(2.5), settings.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(60), settings.TimeoutCeiling);
        Assert.Equal(TimeSpan.FromSeconds(0.1), settings.KillGrace);
        Assert.Equal(HookFailurePolicy.Continue, settings.OnFailure);
    }

    [Fact]
    public void What_is_not_given_has_its_default()
    {
        SupervisionSettings settings = Parse("{}");

        Assert.DoesNotContain(HookStage.StartContainer, settings.Stages);
        Assert.Equal(5, settings.Stages.Count);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Timeout);
        Assert.Null(settings.TimeoutCeiling);
        Assert.Equal(TimeSpan.FromSeconds(2), settings.KillGrace);
        Assert.Equal(HookFailurePolicy.Abort, settings.OnFailure);
    }

    [Theory]
    [InlineData("false", 0)]
    [InlineData("true", 5)]
    [InlineData("{}", 5)]
    [InlineData("""{"startContainer":false}""", 5)]
    [InlineData("""{"createRuntime":false,"createContainer":false,"poststart":false,"poststop":false,"prestart":false}""", 0)]
    public void Supervise_is_for_all_stages_or_for_each(string supervise, int stages) =>
        Assert.Equal(stages, Parse($$"""{"supervise":{{supervise}}}""").Stages.Count);

    [Fact]
    public void No_grace_is_a_grace() => Assert.Equal(TimeSpan.Zero, Parse("""{"hookKillGrace":0}""").KillGrace);

    [Theory]
    [InlineData("""{"supervise":"no"}""", "supervise is a string; it must be true, false, or an object")]
    [InlineData("""{"supervise":{"creatRuntime":true}}""", "supervise.creatRuntime is no setting")]
    [InlineData("""{"supervise":{"poststop":1}}""", "supervise.poststop is a number; it must be true or false")]
    [InlineData("""{"supervise":{"startContainer":true}}""", "supervise.startContainer is true; it must be false")]
    [InlineData("""{"hookTimeout":"30"}""", "hookTimeout is a string; it must be a number of seconds")]
    [InlineData("""{"hookTimeout":0}""", "hookTimeout is 0; it must be a number of seconds from 0.001 to 1000000")]
    [InlineData("""{"hookTimeout":-1}""", "hookTimeout is -1; it must be a number of seconds")]
    [InlineData("""{"hookTimeout":1e7}""", "hookTimeout is 1e7; it must be a number of seconds")]
    [InlineData("""{"hookTimeout":1e999}""", "hookTimeout is 1e999; it must be a number of seconds")]
    [InlineData("""{"hookTimeoutCeiling":null}""", "hookTimeoutCeiling is null; it must be a number of seconds")]
    [InlineData("""{"hookTimeoutCeiling":0}""", "hookTimeoutCeiling is 0; it must be a number of seconds from 0.001")]
    [InlineData("""{"hookKillGrace":-0.5}""", "hookKillGrace is -0.5; it must be a number of seconds from 0 to 1000000")]
    [InlineData("""{"onHookFailure":"ignore"}""", "onHookFailure is \"ignore\"; it must be one of abort, continue")]
    public void What_cannot_be_meant_is_an_error(string json, string message) =>
        Assert.StartsWith("settings.json: " + message, Assert.Throws<OciHooksException>(() => Parse(json)).Message, StringComparison.Ordinal);

    private static SupervisionSettings Parse(string json) =>
        SettingsFile.Parse("settings.json", Encoding.UTF8.GetBytes(json)).Supervision;
}
