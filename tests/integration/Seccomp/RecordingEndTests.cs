using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>Tests recordings of containers that do not end normally.</summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class RecordingEndTests(SeccompHost host)
{
    private const string Notes = "/run/ocihooks/seccomp";
    private const string GetPgrp = "111";

    /// <summary>The number of bpf(2) on this processor, and the errors it fails with: EPERM, EMFILE.</summary>
    private const string Bpf = "321";
    private const string NotAllowed = "1";
    private const string TooManyFiles = "24";

    /// <summary>crun then runs no poststop hook.</summary>
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_create_that_fails_stores_nothing_and_leaves_nothing(string runtime)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host, runtime);
        bench.SetProcess("true");
        bench.Change(config => config["hooks"]!["createRuntime"]!.AsArray().Add(new JsonObject { ["path"] = "/bin/false" }));
        Assert.NotEqual(0, (await bench.RunContainerAsync()).ExitCode);
        bench.Change(config => config["hooks"]!["createRuntime"]!.AsArray().RemoveAt(1));
        bench.SetProcess("/no/such/program");
        Assert.NotEqual(0, (await bench.RunContainerAsync()).ExitCode);
        await AssertNothingAsync(bench, collects: runtime == "crun");
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_container_that_nobody_starts_is_no_run(string runtime)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host, runtime);
        bench.SetProcess("true");
        _ = (await bench.RunAsync("sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", runtime, "create", bench.Id)).EnsureSuccess();
        await bench.DeleteAsync();
        await AssertNothingAsync(bench, collects: false);
    }

    /// <summary>The start fails after it has noted the recording.</summary>
    [Fact]
    public async Task A_start_that_fails_leaves_nothing()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("sleep", "1000");
        bench.RemoveHooks();
        await bench.StartContainerAsync();
        CommandResult result = await host.Host.RunWithInputAsync(await bench.StateAsync(), [
            "setpriv", "--bounding-set=-bpf,-perfmon,-sys_admin", Repository.SeccompRecorder, "start", "--store", bench.PathTo("store")]);
        Assert.Equal(125, result.ExitCode);
        await AssertNothingAsync(bench, collects: false);
    }

    [Theory]
    [InlineData(NotAllowed)]
    [InlineData(TooManyFiles)]
    public async Task A_start_that_cannot_open_the_program_ends_no_other_recording(string error)
    {
        await using RecordingBench other = await RecordingBench.MakeAsync(host);
        other.SetProcess("sleep", "1000");
        await other.StartContainerAsync();
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("sleep", "1000");
        bench.RemoveHooks();
        await bench.StartContainerAsync();

        Assert.Equal(125, (await WithoutBpfAsync(error, bench, "start", await bench.StateAsync())).ExitCode);

        Assert.Equal("containers link records selection", await RecordingBench.PinnedAsync(host));
        _ = (await other.ExecuteAsync("/caller", GetPgrp)).EnsureSuccess();
        await other.DeleteAsync();
        Assert.Contains("getpgrp", other.Calls());
    }

    [Theory]
    [InlineData(NotAllowed, "run it as root")]
    [InlineData(TooManyFiles, "or let other programs end")]
    public async Task A_stop_that_cannot_open_the_program_leaves_the_recording_for_the_next(string error, string advice)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("/caller", GetPgrp);
        bench.RemoveHooks("poststop");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        string state = $$"""{"id":"{{bench.Id}}","status":"stopped","pid":0,"bundle":"{{bench.Bundle}}"}""";

        CommandResult stop = await WithoutBpfAsync(error, bench, "stop", state);

        Assert.Equal(125, stop.ExitCode);
        Assert.Contains(
            "what it did is not stored yet, and will be when the next recording begins or ends: cannot open ", stop.ErrorText,
            StringComparison.Ordinal);
        Assert.EndsWith(advice + "\n", stop.ErrorText, StringComparison.Ordinal);
        Assert.Null(bench.Recording());
        _ = (await bench.RecorderAsync("stop", state)).EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
        await AssertNoneGoesOnAsync();
    }

    /// <summary>A kill after the run is stored, and before its note is removed, leaves such a note.</summary>
    [Fact]
    public async Task What_is_stored_twice_is_stored_once()
    {
        await using RecordingBench other = await RecordingBench.MakeAsync(host);
        other.SetProcess("sleep", "1000");
        await other.StartContainerAsync();

        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("/caller", GetPgrp);
        bench.RemoveHooks("poststop");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        string note = (await host.Host.ShellAsync("grep -l \"$1\" $2/*.json", bench.Id, Notes)).EnsureSuccess().OutputText.Trim();
        _ = (await host.Host.ShellAsync("cp $1 $2", note, bench.PathTo("note"))).EnsureSuccess();
        _ = (await bench.RecorderAsync("collect", "")).EnsureSuccess();
        Assert.Equal(1, bench.Recording()!["runCount"]!.GetValue<int>());
        Assert.Equal("", (await host.Host.ShellAsync("ls $1 2>/dev/null || true", note)).OutputText);

        _ = (await host.Host.ShellAsync("cp $1 $2", bench.PathTo("note"), note)).EnsureSuccess();
        _ = (await bench.RecorderAsync("collect", "")).EnsureSuccess();
        Assert.Equal(1, bench.Recording()!["runCount"]!.GetValue<int>());
        Assert.Equal("", (await host.Host.ShellAsync("ls $1 2>/dev/null || true", note)).OutputText);
        await other.DeleteAsync();
        Assert.Contains("execve", other.Calls());
    }

    [Fact]
    public async Task Denials_are_told_although_nothing_can_be_stored()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        string profile = bench.PathTo("profile.json");
        File.WriteAllText(profile, """
            { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": ["getpgrp"], "action": "SCMP_ACT_ERRNO" }] }
            """);
        bench.SetProcess("sh", "-c", "/caller 111");
        bench.Change(config =>
        {
            JsonArray arguments = config["hooks"]!["createRuntime"]![0]!["args"]!.AsArray();
            arguments.Add("--complain");
            arguments.Add(profile);
        });
        bench.RemoveHooks("poststop");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        File.WriteAllText(bench.PathTo("store"), "not a directory");
        CommandResult result = await bench.RecorderAsync("collect", "");
        Assert.Contains("getpgrp would be denied once", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("is not a directory", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>As after a reboot, the notes and the kernel's objects are gone.</summary>
    [Fact]
    public async Task What_a_reboot_has_lost_is_told_by_the_first_start_after_it()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("/caller", GetPgrp);
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        bench.SetProcess("sleep", "1000");
        bench.RemoveHooks("poststop");
        await bench.StartContainerAsync();
        const string Reboot = """
            set -e
            rm -r /sys/fs/bpf/ocihooks-seccomp 2>/dev/null || umount /run/ocihooks/seccomp/bpf
            rm -r /run/ocihooks
            sed -i '1s/./x/' "$1"/*.begun
            """;
        _ = (await host.Host.ShellAsync(Reboot, bench.PathTo("store"))).EnsureSuccess();
        await bench.DeleteAsync();

        bench.Change(config => config["hooks"]!["createRuntime"]![0]!["args"]![1] = "start");
        bench.RemoveHooks();
        await bench.StartContainerAsync();
        CommandResult start = (await bench.RecorderAsync("start", await bench.StateAsync())).EnsureSuccess();
        Assert.Contains($"container {bench.Id} is not recorded: what it did is lost, for the machine went down", start.ErrorText, StringComparison.Ordinal);
        Assert.Contains("getpgrp", bench.Calls());
        await bench.DeleteAsync();
        _ = await bench.RecorderAsync("collect", "");
        Assert.Empty(Directory.GetFiles(bench.PathTo("store"), "*.begun"));
    }

    private async Task AssertNothingAsync(RecordingBench bench, bool collects)
    {
        if (collects)
        {
            _ = (await bench.RecorderAsync("collect", "")).EnsureSuccess();
        }

        Assert.Null(bench.Recording());
        await AssertNoneGoesOnAsync();
        Assert.False(Directory.Exists(bench.PathTo("store")) && Directory.GetFiles(bench.PathTo("store")).Length > 0);
    }

    private async Task AssertNoneGoesOnAsync()
    {
        Assert.Equal("", (await host.Host.ShellAsync("ls $1/*.json 2>/dev/null || true", Notes)).OutputText);
        Assert.Equal("", await RecordingBench.PinnedAsync(host));
    }

    /// <summary>Runs the recorder with a bpf(2) that fails.</summary>
    private Task<CommandResult> WithoutBpfAsync(string error, RecordingBench bench, string verb, string state) =>
        host.Host.RunWithInputAsync(state, [Probes.Refuse, Bpf, error, Repository.SeccompRecorder, verb, "--store", bench.PathTo("store")]);
}
