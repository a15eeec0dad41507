using HookEngine.Model;
using HookEngine.Running.Supervision;

namespace UnitTests.HookEngine.Running.Supervision;

public sealed class HookSupervisionTests
{
    private static readonly SupervisionSettings s_defaults = new();

    [Theory]
    [InlineData(HookStage.Prestart)]
    [InlineData(HookStage.CreateRuntime)]
    [InlineData(HookStage.CreateContainer)]
    [InlineData(HookStage.Poststart)]
    [InlineData(HookStage.Poststop)]
    public void The_wrapper_runs_the_hook_in_the_hooks_environment(HookStage stage)
    {
        Hook entry = Apply(stage, new Hook("/h", ["h", "x"], ["A=b"], null), s_defaults);

        Assert.Equal("/usr/bin/runc-wrap", entry.Path);
        Assert.Equal(["A=b"], entry.Env);
        Assert.Contains("--stage=" + stage.Name(), entry.Args!);
        Assert.Contains("--rule=/rules/a.json", entry.Args!);
        Assert.Equal(["--", "/h", "h", "x"], entry.Args!.TakeLast(4));
    }

    [Fact]
    public void What_is_logged_names_the_hook_itself()
    {
        var planned = new PlannedHook(HookStage.CreateRuntime, new Hook("/h", null, null, null), null);

        Assert.Equal("/h", HookSupervision.Apply(planned, new WrapperSettings(), "/w", "/r").Hook.Path);
    }

    [Theory]
    [InlineData(null, null, 30_000)]
    [InlineData(5L, null, 5_000)]
    [InlineData(500L, null, 500_000)]
    [InlineData(500L, 60.0, 60_000)]
    [InlineData(5L, 60.0, 5_000)]
    [InlineData(null, 10.0, 10_000)]
    [InlineData(0L, null, 30_000)]
    [InlineData(-3L, null, 30_000)]
    [InlineData(long.MaxValue, null, 1_000_000_000)]
    public void The_rules_timeout_counts_then_the_default_and_never_more_than_the_ceiling(long? rule, double? ceiling, int milliseconds)
    {
        SupervisionSettings settings = s_defaults with { TimeoutCeiling = ceiling is { } seconds ? TimeSpan.FromSeconds(seconds) : null };

        Hook entry = Apply(HookStage.CreateRuntime, new Hook("/h", null, null, rule), settings);

        Assert.Contains($"--timeout-ms={milliseconds}", entry.Args!);
    }

    [Theory]
    [InlineData(1.0, 2.0, 5)]
    [InlineData(1.2, 0.3, 4)]
    [InlineData(0.001, 0.0, 3)]
    public void The_runtimes_own_limit_is_a_little_above(double timeout, double grace, long net)
    {
        SupervisionSettings settings = s_defaults with { Timeout = TimeSpan.FromSeconds(timeout), KillGrace = TimeSpan.FromSeconds(grace) };

        Assert.Equal(net, Apply(HookStage.CreateRuntime, new Hook("/h", null, null, null), settings).Timeout);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(0L, true)]
    [InlineData(5L, false)]
    public void It_is_told_that_the_limit_is_not_the_rules(long? rule, bool isAdded) => Assert.Equal(
        isAdded, Apply(HookStage.CreateRuntime, new Hook("/h", null, null, rule), s_defaults).Args!.Contains("--limit-added"));

    [Fact]
    public void Inside_the_container_there_is_no_supervisor_but_a_limit()
    {
        var hook = new Hook("/in/container", ["x"], null, null);

        Assert.Equal(hook with { Timeout = 30 }, Apply(HookStage.StartContainer, hook, s_defaults));
        Assert.Equal(hook with { Timeout = 7 }, Apply(HookStage.StartContainer, hook with { Timeout = 7 }, s_defaults));
        Assert.Equal(hook with { Timeout = 3 }, Apply(HookStage.StartContainer, hook, s_defaults with { TimeoutCeiling = TimeSpan.FromSeconds(2.5) }));
    }

    [Theory]
    [InlineData(HookStage.CreateRuntime)]
    [InlineData(HookStage.StartContainer)]
    public void Where_nothing_is_supervised_a_hook_stays_as_it_is(HookStage stage)
    {
        var hook = new Hook("/h", ["x"], null, null);

        Assert.Same(hook, Apply(stage, hook, s_defaults with { Stages = [] }));
    }

    [Fact]
    public void A_stage_can_be_left_out()
    {
        SupervisionSettings settings = s_defaults with { Stages = [HookStage.Poststop] };
        var hook = new Hook("/h", ["x"], null, null);

        Assert.Same(hook, Apply(HookStage.CreateRuntime, hook, settings));
        Assert.NotEqual(hook, Apply(HookStage.Poststop, hook, settings));
    }

    private static Hook Apply(HookStage stage, Hook hook, SupervisionSettings settings) => HookSupervision.Apply(
        new PlannedHook(stage, hook, null), new WrapperSettings { Supervision = settings }, "/usr/bin/runc-wrap", "/rules/a.json").Entry;
}
