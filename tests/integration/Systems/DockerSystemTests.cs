using System.Text.Json.Nodes;
using IntegrationTests.Fixture;
using IntegrationTests.Packaging;

namespace IntegrationTests.Systems;

/// <summary>Tests what an administrator installs with apt, with each Debian's own Docker, systemd and journal.</summary>
[Collection(SystemsCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerSystemTests(DebianSystems systems)
{
    private static readonly string[] s_supervised = [.. HookLog.Stages.Where(stage => stage != "startContainer")];

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task Installed_and_registered_Docker_knows_the_runtime(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);

        Assert.Equal("systemd", (await system.ReadAsync("/proc/1/comm")).Trim());
        Assert.Equal(BuiltPackages.Version, (await system.ShellAsync("hookctl --version")).EnsureSuccess().OutputText.Trim());
        string path = (await system.DockerAsync("info", "--format", "{{.Runtimes.hooked.Path}}")).EnsureSuccess().OutputText;
        Assert.Equal("/usr/bin/runc-wrap", path.Trim());
        Assert.Equal(("out\n", 7), Result(await system.DockerRunAsync("--rm", DebianSystem.Image, "sh", "-c", "echo out; exit 7")));
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task The_hooks_of_each_stage_run_and_are_in_the_journal(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);
        system.Log.WriteRules(system.Rules);

        string id = await system.DockerRunDetachedAsync("whole");
        system.Log.AwaitStarted(id);
        _ = (await system.DockerAsync("kill", "whole")).EnsureSuccess();
        system.Log.AwaitDeleted();

        system.Log.AssertWholeLife(id);
        await Eventually.EqualAsync(1 + s_supervised.Length, async () => (await system.JournalAsync(id)).Count);
        IReadOnlyList<ILookup<string, string>> entries = await system.JournalAsync(id);
        Assert.Contains("injected", Assert.Single(entries[0]["MESSAGE"]), StringComparison.Ordinal);
        Assert.All(entries.Skip(1).Zip(s_supervised), entry => Assert.Equal(
            [$"/etc/containers/oci/hooks.d/{HookLog.RuleName(entry.Second)}"], entry.First["OCIHOOKS_RULE"]));
        Assert.All(entries.Skip(1), entry => Assert.Equal(["0"], entry["OCIHOOKS_EXIT_CODE"]));
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task A_hook_that_fails_stops_the_container_and_the_client_tells_why(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);
        Write(system, "a.json", HookLog.Rule(HookLog.FailingHook(3), "createRuntime"));

        CommandResult result = await system.DockerRunAsync("--rm", DebianSystem.Image, "echo", "lived");

        Assert.Equal(("", 125), Result(result));
        Assert.Contains("exit status 3", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("not today", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("/etc/containers/oci/hooks.d/a.json", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal("", (await system.DockerAsync("ps", "--all", "--quiet")).EnsureSuccess().OutputText);
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task A_hook_that_hangs_is_ended_in_time(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);
        JsonObject hook = HookLog.FailingHook(0);
        hook["args"] = new JsonArray("sh", "-c", "cat >/dev/null; sleep 1000");
        hook["timeout"] = 1;
        Write(system, "a.json", HookLog.Rule(hook, "createRuntime"));

        CommandResult result = await system.DockerRunAsync("--rm", DebianSystem.Image, "echo", "lived");

        Assert.Equal(("", 125), Result(result));
        Assert.Contains("ran past its timeout of 1 s", result.ErrorText, StringComparison.Ordinal);
        Assert.NotEqual(0, (await system.ShellAsync("pgrep -f 'sleep [1]000'")).ExitCode);
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task A_broken_rule_refuses_a_container_and_the_client_tells_where_it_is(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);
        Write(system, "broken.json", "{");

        CommandResult result = await system.DockerRunAsync("--rm", DebianSystem.Image, "true");

        Assert.Equal(("", 125), Result(result));
        Assert.Contains("OCI runtime create failed: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("/etc/containers/oci/hooks.d/broken.json:1:", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(1, (await system.ShellAsync("hookctl validate")).ExitCode);
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task A_container_is_entered_and_restarted(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);
        system.Log.WriteRules(system.Rules);
        _ = await system.DockerRunDetachedAsync("again");

        Assert.Equal(("in\n", 9), Result(await system.DockerAsync("exec", "again", "sh", "-c", "echo in; exit 9")));
        Assert.Equal(1, system.Log.CalledStages.Count(stage => stage == "createRuntime"));
        _ = (await system.DockerAsync("restart", "--time", "1", "again")).EnsureSuccess();

        Assert.Equal(("in\n", 9), Result(await system.DockerAsync("exec", "again", "sh", "-c", "echo in; exit 9")));
        Assert.All(s_supervised, stage => Assert.Equal(
            stage == "poststop" ? 1 : 2, system.Log.CalledStages.Count(called => called == stage)));
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task A_container_outlives_the_daemons_with_its_hooks(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);
        system.Log.WriteRules(system.Rules);
        string id = await system.DockerRunDetachedAsync("lasting");
        string process = await system.InspectAsync(id, "{{.State.Pid}}");

        _ = (await system.ShellAsync("systemctl restart containerd docker")).EnsureSuccess();

        Assert.Equal($"true {process}", await system.InspectAsync(id, "{{.State.Running}} {{.State.Pid}}"));
        Assert.Equal(("in\n", 9), Result(await system.DockerAsync("exec", id, "sh", "-c", "echo in; exit 9")));
        _ = (await system.DockerAsync("rm", "--force", id)).EnsureSuccess();
        system.Log.AwaitDeleted();
        system.Log.AssertWholeLife(id);
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task A_container_is_explained_and_its_hooks_are_shown(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);
        system.Log.WriteRules(system.Rules);
        string id = await system.DockerRunDetachedAsync("seen");

        JsonNode told = JsonNode.Parse((await system.ShellAsync("hookctl explain seen --json")).EnsureSuccess().Output)!;
        Assert.Equal(("Docker", id), ((string?)told["container"]!["engine"], (string?)told["container"]!["id"]));
        Assert.True((bool)told["upToDate"]!);
        string shown = (await system.ShellAsync("journalctl --sync; hookctl log \"$1\"", id)).EnsureSuccess().OutputText;
        Assert.Contains("/bin/busybox", shown, StringComparison.Ordinal);
        Assert.Contains("createRuntime", shown, StringComparison.Ordinal);
    }

    /// <summary>The metadata belong to the container itself, not to the one whose network it joins.</summary>
    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task Rules_see_who_the_container_is(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);
        string image = await system.InspectAsync(DebianSystem.Image, "{{.Id}}");
        (string Name, string When, bool Matches)[] rules =
        [
            ("engine", """{"engine":"docker"}""", true),
            ("image", """{"image":"busybox"}""", true),
            ("image-any-tag", """{"image":"docker.io/library/busybox:*"}""", true),
            ("image-other", """{"image":"nginx"}""", false),
            ("image-id", $$"""{"imageDigest":"{{image}}"}""", true),
            ("label", """{"labels":{"team":"web"}}""", true),
            ("label-other", """{"labels":{"team":"db"}}""", false),
            ("name", """{"container":"shop-*"}""", true),
            ("env", """{"env":{"MODE":"prod"}}""", true),
            ("user", """{"user":"7:8"}""", true),
            ("shared", """{"network":"shared"}""", true),
            ("namespace", """{"namespace":"*"}""", false),
        ];
        _ = (await system.DockerRunAsync("--detach", "--name", "first", "--label", "team=db", DebianSystem.Image, "sleep", "1000")).EnsureSuccess();
        system.Log.WriteConditions(system.Rules, rules.Select(rule => (rule.Name, rule.When)));

        _ = (await system.DockerRunAsync("--rm", "--name", "shop-1", "--label", "team=web", "--env", "MODE=prod", "--user", "7:8",
            "--network", "container:first", DebianSystem.Image, "true")).EnsureSuccess();

        Assert.Equal(
            rules.Where(rule => rule.Matches).Select(rule => rule.Name).Order(StringComparer.Ordinal),
            system.Log.Calls.Select(call => call.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [Suite("bookworm")]
    public async Task An_old_Docker_says_that_it_takes_no_runtime_type_that_its_configuration_does_not_name(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);

        CommandResult result = await system.DockerAsync("run", "--runtime", "io.containerd.hooked.v1", DebianSystem.Image, "true");

        Assert.Equal(125, result.ExitCode);
        Assert.Contains("Unknown runtime specified io.containerd.hooked.v1", result.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task The_runtime_type_needs_no_registration(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);
        system.Log.WriteRules(system.Rules);

        CommandResult result = await system.DockerAsync("run", "--runtime", "io.containerd.hooked.v1", "--name", "typed",
            "--volume", $"{system.Log.Mount}:{system.Log.Mount}", DebianSystem.Image, "sh", "-c", "echo out; exit 7");

        Assert.Equal(("out\n", 7), Result(result));
        system.Log.AwaitDeleted();
        system.Log.AssertWholeLife(await system.InspectAsync("typed", "{{.Id}}"));
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task An_upgrade_leaves_containers_and_their_hooks_alone(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);
        system.Log.WriteRules(system.Rules);
        string id = await system.DockerRunDetachedAsync("older");

        await system.PublishAsync(await BuiltPackages.LaterAsync());
        _ = (await system.AptAsync("install", "--only-upgrade", "ocihooks")).EnsureSuccess();

        string version = (await system.ShellAsync("dpkg-query --show --showformat '${Version}' ocihooks")).EnsureSuccess().OutputText;
        Assert.Equal(BuiltPackages.LaterVersion, version);
        Assert.Equal(("in\n", 9), Result(await system.DockerAsync("exec", id, "sh", "-c", "echo in; exit 9")));
        _ = (await system.DockerAsync("rm", "--force", id)).EnsureSuccess();
        system.Log.AwaitDeleted();
        system.Log.AssertWholeLife(id);
        Assert.Equal(("out\n", 7), Result(await system.DockerRunAsync("--rm", DebianSystem.Image, "sh", "-c", "echo out; exit 7")));
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task Uninstalled_Docker_is_as_before(string suite)
    {
        DebianSystem system = await PreparedAsync(suite);

        _ = (await system.ShellAsync("hookctl uninstall docker")).EnsureSuccess();
        CommandResult removal = (await system.AptAsync("remove", "ocihooks")).EnsureSuccess();

        Assert.DoesNotContain("still names", removal.ToString(), StringComparison.Ordinal);
        Assert.Equal(DebianSystem.DaemonText, await system.ReadAsync(DebianSystem.DaemonFile));
        Assert.Equal("daemon.json\n", (await system.ShellAsync("ls -A /etc/docker | grep -v key.json")).OutputText);
        Assert.DoesNotContain("hooked", (await system.DockerAsync("info")).EnsureSuccess().OutputText, StringComparison.Ordinal);
        Assert.Equal(("out\n", 7), Result(await system.DockerAsync("run", "--rm", DebianSystem.Image, "sh", "-c", "echo out; exit 7")));
    }

    private static (string Output, int? ExitCode) Result(CommandResult result) => (result.OutputText, result.ExitCode);

    private static void Write(DebianSystem system, string rule, string text) => File.WriteAllText(Path.Combine(system.Rules, rule), text);

    private async Task<DebianSystem> PreparedAsync(string suite)
    {
        DebianSystem system = await systems.StartAsync(suite);
        await system.ResetAsync();
        return system;
    }
}
