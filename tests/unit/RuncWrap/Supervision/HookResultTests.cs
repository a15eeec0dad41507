using RuncWrap.Supervision;

namespace UnitTests.RuncWrap.Supervision;

public sealed class HookEndingTests
{
    private const int Exited3 = 3 << 8;
    private const int KilledBySegv = 11;
    private const int KilledBySegvWithCore = 11 | 0x80;

    [Fact]
    public void A_status_is_an_exit_code_or_a_signal()
    {
        Assert.Equal((3, null, false), Parts(Exited3));
        Assert.Equal((null, 11, false), Parts(KilledBySegv));
        Assert.Equal((null, 11, true), Parts(KilledBySegvWithCore));
        Assert.Equal((null, null, false), Parts(null));
    }

    [Fact]
    public void Only_exit_code_0_in_time_is_a_success()
    {
        Assert.True(new HookResult { Status = 0 }.Succeeded);
        Assert.False(new HookResult { Status = 0, TimedOut = true }.Succeeded);
        Assert.False(new HookResult { Status = 0, StartError = 2 }.Succeeded);
        Assert.False(new HookResult { Status = Exited3 }.Succeeded);
        Assert.False(new HookResult { Status = KilledBySegv }.Succeeded);
        Assert.False(new HookResult().Succeeded);
    }

    [Fact]
    public void Each_failure_has_its_exit_code()
    {
        Assert.Equal(3, new HookResult { Status = Exited3 }.FailureCode);
        Assert.Equal(124, new HookResult { Status = 0, TimedOut = true }.FailureCode);
        Assert.Equal(127, new HookResult { Status = 256, StartError = 2 }.FailureCode);
        Assert.Equal(126, new HookResult { Status = 256, StartError = 13 }.FailureCode);
        Assert.Equal(139, new HookResult { Status = KilledBySegv }.FailureCode);
        Assert.Equal(125, new HookResult().FailureCode);
    }

    private static (int? ExitCode, int? Signal, bool CoreDumped) Parts(int? status)
    {
        var ending = new HookResult { Status = status };
        return (ending.ExitCode, ending.Signal, ending.CoreDumped);
    }
}
