using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests hooks of real runtimes that crash, fail, or are missing when they should run, and their effect on the container.
/// </summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class SupervisedFailureTests(LowLevelHost host)
{
    [Theory]
    [InlineData("runc", "hook: signal: segmentation fault, stdout")]
    [InlineData("crun", "exit code: 139")]
    public async Task A_hook_that_crashes_fails_the_create_as_it_does_bare(string runtime, string message)
    {
        await using SupervisedBench bare = await SupervisedBench.MakeAsync(host, runtime);
        bare.LowLevel.SetHooks(("createRuntime", bare.Hook(Probes.Crash, "crash")));
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.AddRule("createRuntime", bench.Hook(Probes.Crash, "crash"));

        CommandResult unsupervised = await bare.LowLevel.CreateAsync(wrapped: false);
        CommandResult create = await bench.CreateAsync();

        Assert.Contains(message, unsupervised.ErrorText, StringComparison.Ordinal);
        Assert.Contains(message, create.ErrorText, StringComparison.Ordinal);
        Assert.Equal(unsupervised.ExitCode, create.ExitCode);
        Assert.Equal("SIGSEGV", Assert.Single(bench.Ended)["ocihooksSignal"]!.GetValue<string>());
        if (runtime == "runc")
        {
            Assert.Contains("was ended by SIGSEGV after", create.ErrorText, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("runc", "rm", 127, "no such file or directory; install it")]
    [InlineData("crun", "rm", 127, "no such file or directory; install it")]
    [InlineData("runc", "chmod 644", 126, "permission denied; make it an executable file")]
    [InlineData("crun", "chmod 644", 126, "permission denied; make it an executable file")]
    [InlineData("runc", "echo text >", 126, "exec format error; give a script a first line")]
    [InlineData("crun", "echo text >", 126, "exec format error; give a script a first line")]
    public async Task A_hook_that_an_earlier_one_spoils_cannot_be_started(string runtime, string spoil, int exitCode, string message)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        string script = WriteScript(bench);
        bench.AddRule("createRuntime", $"{spoil} {script}", "a");
        bench.AddRule("createRuntime", bench.Hook(script, "hook"), "b");

        CommandResult create = await bench.CreateAsync();

        Assert.NotEqual(0, create.ExitCode);
        string status = runtime == "runc" ? $"exit status {exitCode}" : $"exit code: {exitCode}";
        Assert.Contains(status, create.ErrorText, StringComparison.Ordinal);
        Assert.Equal(2, bench.Ended.Count);
        Assert.Contains(message, bench.Ended[1]["message"]!.GetValue<string>(), StringComparison.Ordinal);
        if (runtime == "runc")
        {
            Assert.Contains($"hook {script} (", create.ErrorText, StringComparison.Ordinal);
            Assert.Contains(message, create.ErrorText, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_poststop_hook_that_is_gone_by_then_does_not_keep_the_next_from_running(string runtime)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        string script = WriteScript(bench);
        bench.AddRule("poststop", bench.Hook(script, "hook"), "a");
        bench.AddRule("poststop", ": >\"$1/next\"", "b");
        Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync()));
        File.Delete(script);

        await bench.StartAndDieAsync();

        Assert.True(File.Exists(bench.Note("next")));
        Assert.Equal(2, bench.Ended.Count);
        Assert.Equal("error", bench.Ended[0]["level"]!.GetValue<string>());
        Assert.Contains($"poststop hook {script} (", bench.Ended[0]["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("no such file", bench.Ended[0]["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    /// <summary>runc alone would run no hook after the first failure.</summary>
    [Theory]
    [InlineData("runc", "exit 3", "abort")]
    [InlineData("crun", "exit 3", "abort")]
    [InlineData("runc", "exit 3", "continue")]
    [InlineData("crun", "exit 3", "continue")]
    [InlineData("runc", "kill -KILL $$", "abort")]
    [InlineData("crun", "kill -KILL $$", "abort")]
    public async Task All_poststop_hooks_run_though_the_first_ones_fail(string runtime, string failure, string policy)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.LowLevel.Set("onHookFailure", policy);
        bench.AddRule("poststop", ": >\"$1/first\"; " + failure, "a");
        bench.AddRule("poststop", ": >\"$1/second\"; " + failure, "b");
        bench.AddRule("poststop", ": >\"$1/third\"", "c");

        await bench.LiveAndDieAsync();

        Assert.Equal(["first", "second", "third"], Directory.GetFiles(bench.Notes).Select(Path.GetFileName).Order());
        Assert.Equal(["error", "error", "information"], bench.Ended.Select(ended => ended["level"]!.GetValue<string>()));
        Assert.NotEqual(0, (await bench.LowLevel.BareAsync("state", LowLevelBench.Id)).ExitCode);
    }

    [Theory]
    [InlineData("runc", "prestart")]
    [InlineData("crun", "prestart")]
    [InlineData("runc", "createRuntime")]
    [InlineData("crun", "createRuntime")]
    [InlineData("runc", "createContainer")]
    [InlineData("crun", "createContainer")]
    public async Task A_failure_does_not_let_the_container_start(string runtime, string stage)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.AddRule(stage, "echo not today >&2; exit 3", "a");
        bench.AddRule(stage, ": >\"$1/next\"", "b");

        CommandResult create = await bench.CreateAsync();

        Assert.NotEqual(0, create.ExitCode);
        string told = runtime == "runc" ? $"{SupervisedBench.PlaceOf(stage)} hook /bin/busybox (" : "exit code: 3";
        Assert.Contains(told, create.ErrorText, StringComparison.Ordinal);
        Assert.NotEqual(0, (await bench.LowLevel.WrappedAsync("start", LowLevelBench.Id)).ExitCode);
        Assert.DoesNotContain("lived", bench.LowLevel.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.Note("next")));
        Assert.Equal("abort", Assert.Single(bench.Ended)["ocihooksPolicy"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("runc", "exit 3", "failed with exit code 3")]
    [InlineData("crun", "exit 3", "failed with exit code 3")]
    [InlineData("runc", "kill -KILL $$", "was ended by SIGKILL")]
    [InlineData("crun", "kill -KILL $$", "was ended by SIGKILL")]
    [InlineData("runc", "exec sleep 100000", "ran past its timeout of 1 s")]
    [InlineData("crun", "exec sleep 100000", "ran past its timeout of 1 s")]
    public async Task With_continue_the_container_goes_on_and_the_failures_are_in_the_log(string runtime, string failure, string message)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(
            host, runtime, failure.Contains("sleep", StringComparison.Ordinal) ? 1 : null);
        bench.LowLevel.Set("onHookFailure", "continue");
        string[] stages = ["prestart", "createRuntime", "createContainer", "poststart"];
        foreach (string stage in stages)
        {
            bench.AddRule(stage, failure, $"{Array.IndexOf(stages, stage)}");
        }

        await bench.LiveAndDieAsync();

        Assert.Equal(stages.Select(SupervisedBench.PlaceOf), bench.Ended.Select(ended => ended["ocihooksStage"]!.GetValue<string>()));
        Assert.All(bench.Ended, ended =>
        {
            Assert.Equal("error", ended["level"]!.GetValue<string>());
            Assert.Equal("continue", ended["ocihooksPolicy"]!.GetValue<string>());
            Assert.Contains($"of container {LowLevelBench.Id} {message}", ended["message"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Contains("the container goes on", ended["message"]!.GetValue<string>(), StringComparison.Ordinal);
        });
        bench.Mark.AssertNoProcesses();
    }

    /// <summary>Writes a hook that is executable when the rules are read.</summary>
    private static string WriteScript(SupervisedBench bench) => Executable.Write(bench.LowLevel.PathTo("hook"), "#!/bin/sh\n");
}
