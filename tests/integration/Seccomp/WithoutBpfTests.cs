using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>Tests machines without eBPF. Nothing is recorded, containers start in spite of it, and each program reports why.</summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class WithoutBpfTests(SeccompHost host)
{
    private const string NoTypes = "mount --bind /dev/null /sys/kernel/btf/vmlinux; rm -f /run/ocihooks/seccomp/kernel;";
    private const string NoCapabilities = "exec setpriv --bounding-set=-bpf,-perfmon,-sys_admin";
    private const string Locked = "mount -t tmpfs tmpfs /sys/kernel/security;"
        + " echo 'none integrity [confidentiality]' >/sys/kernel/security/lockdown;";

    /// <summary>What is missing, and what the message names.</summary>
    public static TheoryData<string, string> Without => new()
    {
        { NoTypes, "CONFIG_DEBUG_INFO_BTF" },
        { NoCapabilities, "CAP_BPF and CAP_PERFMON" },
        { Locked, "locked down for confidentiality" },
    };

    [Theory]
    [MemberData(nameof(Without))]
    public async Task The_start_hook_says_what_is_missing(string without, string message)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("sleep", "1000");
        bench.RemoveHooks();
        await bench.StartContainerAsync();
        CommandResult result = await RunAsync(bench, without, await bench.StateAsync(), "start");
        Assert.Equal(125, result.ExitCode);
        Assert.StartsWith($"seccomp-recorder: container {bench.Id} is not recorded: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains(message, result.ErrorText, StringComparison.Ordinal);
        Assert.Equal("", (await host.Host.ShellAsync("ls /run/ocihooks/seccomp/*.json 2>/dev/null || true")).OutputText);
    }

    /// <summary>A changed configuration would be of no use.</summary>
    [Theory]
    [MemberData(nameof(Without))]
    public async Task The_configuration_stays_as_it_is(string without, string message)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetSeccomp(null);
        string config = File.ReadAllText(Path.Combine(bench.Bundle, "config.json"));
        Assert.Equal(config, (await RunAsync(bench, without, config, "hook")).EnsureSuccess().OutputText);

        CommandResult check = await RunAsync(bench, without, "", "check");
        Assert.Equal((125, ""), (check.ExitCode, check.OutputText));
        Assert.Contains(message, check.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_ebpf_the_check_is_silent_and_a_profile_stays_as_it_is()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        string config = File.ReadAllText(Path.Combine(bench.Bundle, "config.json"));
        Assert.Equal(config, (await bench.RecorderAsync("hook", config)).EnsureSuccess().OutputText);
        CommandResult check = (await bench.RecorderAsync("check", "")).EnsureSuccess();
        Assert.Equal(("", ""), (check.OutputText, check.ErrorText));
    }

    [Fact]
    public async Task Whoever_has_it_recorded_is_told_and_so_is_whoever_looks_for_it()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.UseRules("runc");
        CommandResult record = await HookCtlAsync(bench, "seccomp", "record", "--image", "*", "--recorder", Repository.SeccompRecorder);
        Assert.Equal(1, record.ExitCode);
        Assert.StartsWith("hookctl: nothing can be recorded on this machine: this kernel is locked down", record.ErrorText, StringComparison.Ordinal);
        _ = Assert.Single(Directory.GetFiles(bench.PathTo("rules/hooks.d")));

        CommandResult show = (await HookCtlAsync(bench, "seccomp", "show")).EnsureSuccess();
        Assert.StartsWith(
            "nothing was recorded, and nothing can be on this machine: this kernel is locked down", show.OutputText, StringComparison.Ordinal);

        JsonNode finding = JsonNode.Parse((await HookCtlAsync(bench, "doctor", "--json", "--no-container")).Output)!.AsArray()
            .Single(found => found!["check"]!.GetValue<string>() == "recording")!;
        Assert.Equal("problem", finding["severity"]!.GetValue<string>());
        Assert.Contains("containers start, and nothing is recorded", finding["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    /// <summary>The rule that hookctl writes must not stop the container, whatever the engine is allowed to do.</summary>
    [Fact]
    public async Task A_container_of_the_rule_starts()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetImage("registry.example/app:1");
        bench.RemoveHooks();
        bench.UseRules("runc");
        _ = (await bench.RunAsync(
            Repository.HookCtl, "seccomp", "--store", bench.PathTo("store"), "record", "--image", "*",
            "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        string log = bench.PathTo("hooks.log");
        JsonNode settings = JsonNode.Parse(File.ReadAllText(host.Host.SettingsFile))!;
        settings["log"]!["file"] = log;
        File.WriteAllText(host.Host.SettingsFile, settings.ToJsonString());
        bench.SetProcess("echo", "started");
        CommandResult result = (await bench.RunAsync("unshare", "--mount", "sh", "-c", $"{Locked} \"$@\"", "sh", Repository.Wrapper, "run", bench.Id))
            .EnsureSuccess();
        Assert.Equal("started\n", result.OutputText);
        Assert.Contains("is not recorded: this kernel is locked down", File.ReadAllText(log), StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench.PathTo("store")));
    }

    /// <summary>The same holds with eBPF. The precreate program has no effect besides its output.</summary>
    [Theory]
    [InlineData(NoCapabilities)]
    [InlineData("exec")]
    public async Task A_dry_run_starts_nothing_and_leaves_nothing(string without)
    {
        const string Traces = "pgrep seccomp-rec || true; find /run/ocihooks 2>/dev/null || true; ls /sys/fs/bpf";
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetImage("registry.example/app:1");
        bench.RemoveHooks();
        bench.UseRules("runc");
        _ = (await bench.RunAsync(Repository.HookCtl, "seccomp", "record", "--image", "*", "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        string before = (await host.Host.ShellAsync(Traces)).OutputText;
        CommandResult dry = (await bench.RunAsync(
            "sh", "-c", $"{without} \"$@\"", "sh", Repository.HookCtl, "inject", bench.Bundle, "--dry-run")).EnsureSuccess();
        Assert.Contains("\"poststop\"", dry.OutputText, StringComparison.Ordinal);
        Assert.Equal(before, (await host.Host.ShellAsync(Traces)).OutputText);
    }

    private static Task<CommandResult> HookCtlAsync(RecordingBench bench, params string[] words) => Answered.ByAsync(() => bench.RunAsync(
        ["unshare", "--mount", "sh", "-c", $"{Locked} \"$@\"", "sh", Repository.HookCtl, .. words,
            .. words is ["seccomp", ..] ? (string[])["--store", bench.PathTo("store")] : []]));

    private Task<CommandResult> RunAsync(RecordingBench bench, string without, string input, string verb) => host.Host.RunWithInputAsync(
        input,
        ["unshare", "--mount", "sh", "-c", $"{without} \"$@\"", "sh", Repository.SeccompRecorder, verb, "--store", bench.PathTo("store")]);
}
