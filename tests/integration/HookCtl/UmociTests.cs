using System.Text.Json.Nodes;
using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests a bundle that no engine made: an image unpacked as in CI, and run by runc itself.</summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class UmociTests(LowLevelHost lowLevel)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_unpacked_image_runs_with_the_hook_and_is_as_it_was_after_eject(bool supervised)
    {
        string root = Directory.CreateDirectory(Path.Combine(lowLevel.Host.Root, Guid.NewGuid().ToString("N"))).FullName;
        string rules = Directory.CreateDirectory(Path.Combine(root, "hooks.d")).FullName;
        string bundle = await UnpackAsync(root);
        string config = Path.Combine(bundle, "config.json");
        FitForTests(config);
        byte[] before = File.ReadAllBytes(config);
        var log = new HookLog(Path.Combine(root, "log"));
        log.WriteRule(rules, "createRuntime");
        log.WriteRule(rules, "poststop");
        File.WriteAllText(Path.Combine(root, "settings.json"), EngineSettings.Text("runc", rules));

        string[] options = supervised ? ["--supervise"] : [];
        await HookCtlAsync(root, ["inject", bundle, .. options]);
        CommandResult run = await lowLevel.Host.RunInAsync(bundle, "runc", "--root", Path.Combine(root, "state"), "run", "ci");

        Assert.Equal((0, "in the container\n"), (run.ExitCode, run.OutputText));
        Assert.Equal(["createRuntime", "poststop"], log.CalledStages);
        Assert.All(log.Calls, call => Assert.Equal(("ci", bundle), (call.Id, call.Bundle)));
        Assert.Equal(supervised, File.ReadAllText(config).Contains("ocihooks-supervisor", StringComparison.Ordinal));

        await HookCtlAsync(root, "eject", bundle);
        Assert.Equal(before, File.ReadAllBytes(config));
        Assert.False(File.Exists(config + ".ocihooks"));
    }

    /// <summary>Makes and unpacks an image of busybox without a network. Returns the bundle.</summary>
    private async Task<string> UnpackAsync(string root)
    {
        string layout = Path.Combine(root, "image");
        string image = layout + ":latest";
        string bundle = Path.Combine(root, "bundle");
        foreach (string[] command in (string[][])[
            ["init", "--layout", layout],
            ["new", "--image", image],
            ["insert", "--image", image, lowLevel.RootFileSystem, "/"],
            ["config", "--image", image, "--config.cmd", "/bin/echo", "--config.cmd", "in the container"],
            ["unpack", "--image", image, bundle],
        ])
        {
            _ = (await lowLevel.Host.RunAsync(["umoci", .. command])).EnsureSuccess();
        }

        return bundle;
    }

    /// <summary>Removes the terminal and the limits, which need CAP_SYS_RESOURCE, and sets a cgroup that the tests remove.</summary>
    private void FitForTests(string path)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllBytes(path))!;
        config["process"]!["terminal"] = false;
        _ = config["process"]!.AsObject().Remove("rlimits");
        config["linux"]!["cgroupsPath"] = $"{lowLevel.Host.Cgroup}/{Guid.NewGuid():N}";
        File.WriteAllText(path, config.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));
    }

    private async Task HookCtlAsync(string root, params IEnumerable<string> arguments) => _ = (await lowLevel.Host.RunAsync(
        [Repository.HookCtl, "--config", Path.Combine(root, "settings.json"), .. arguments])).EnsureSuccess();
}
