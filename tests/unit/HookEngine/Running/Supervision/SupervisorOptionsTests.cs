using HookEngine.Model;
using HookEngine.Running.Supervision;

namespace UnitTests.HookEngine.Running.Supervision;

public sealed class SupervisorOrderTests
{
    private static readonly SupervisorOptions s_options = new()
    {
        Stage = HookStage.Poststop,
        Rule = "/etc/hooks.d/a=b.json",
        Timeout = TimeSpan.FromMilliseconds(1500),
        KillGrace = TimeSpan.Zero,
        IsTimeoutAdded = true,
        OnFailure = HookFailurePolicy.Continue,
        Log = new LogSettings { Journald = true, File = "/var/log/a", Stderr = true, Level = LogLevel.Error },
    };

    [Fact]
    public void What_was_ordered_is_understood() => Assert.Equal(s_options, Parse(s_options.Arguments(new Hook("/h", null, null, null))));

    [Fact]
    public void The_default_order_is_understood() =>
        Assert.Equal(new SupervisorOptions(), Parse(new SupervisorOptions().Arguments(new Hook("/h", null, null, null))));

    [Fact]
    public void The_hook_and_its_arguments_stand_behind_as_they_are()
    {
        List<string> arguments = s_options.Arguments(new Hook("/bin/hook", ["hook", "", "--", "--rule=x"], ["A=b"], 5));

        Assert.Equal("ocihooks-supervisor", arguments[0]);
        Assert.Equal(["--", "/bin/hook", "hook", "", "--", "--rule=x"], arguments[arguments.IndexOf("--")..]);
    }

    [Fact]
    public void A_supervised_hook_is_read_back_with_its_order()
    {
        var hook = new Hook("/bin/hook", ["hook", "", "--", "--rule=x"], ["A=b"], 2);
        SupervisorOptions options = s_options with { IsTimeoutAdded = false };

        Assert.Equal((options, hook), SupervisorOptions.Of(new Hook("/usr/bin/runc-wrap", options.Arguments(hook), hook.Env, 9)));
        Assert.Null(SupervisorOptions.Of(new Hook("/usr/bin/runc-wrap", s_options.Arguments(hook), hook.Env, 9))!.Value.Hook.Timeout);
    }

    [Theory]
    [InlineData]
    [InlineData("hook", "--", "/bin/hook")]
    [InlineData("ocihooks-supervisor")]
    [InlineData("ocihooks-supervisor", "--stage=poststop")]
    [InlineData("ocihooks-supervisor", "--")]
    public void What_is_no_supervisor_s_has_no_order(params string[] args) =>
        Assert.Null(SupervisorOptions.Of(new Hook("/usr/bin/runc-wrap", args, null, null)));

    [Theory]
    [InlineData(HookStage.CreateRuntime, HookFailurePolicy.Abort, true)]
    [InlineData(HookStage.CreateRuntime, HookFailurePolicy.Continue, false)]
    [InlineData(HookStage.Poststop, HookFailurePolicy.Abort, false)]
    public void A_failure_is_told_unless_it_is_not_to_stop_anything(HookStage stage, HookFailurePolicy policy, bool isTold) =>
        Assert.Equal(isTold, new SupervisorOptions { Stage = stage, OnFailure = policy }.PropagatesFailure);

    [Fact]
    public void What_an_order_does_not_say_has_its_default() => Assert.Equal(new SupervisorOptions(), SupervisorOptions.Parse([]));

    [Theory]
    [InlineData("--from-the-future=1")]
    [InlineData("--from-the-future")]
    [InlineData("--timeout-ms=")]
    [InlineData("--timeout-ms=-5")]
    [InlineData("--timeout-ms=99999999999999999999")]
    [InlineData("--grace-ms=soon")]
    [InlineData("--stage=someday")]
    [InlineData("--log-level=loud")]
    [InlineData("--log-file")]
    [InlineData("--log-file=")]
    [InlineData("=")]
    [InlineData("")]
    public void What_is_not_understood_changes_nothing(string option) =>
        Assert.Equal(new SupervisorOptions(), SupervisorOptions.Parse([option]));

    private static SupervisorOptions Parse(List<string> arguments) => SupervisorOptions.Parse(arguments[1..arguments.IndexOf("--")]);
}
