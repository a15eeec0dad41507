using System.Text.Json.Nodes;

namespace IntegrationTests.Engines;

/// <summary>Tests the edits of rules in containers of real runtimes.</summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class RuleEditsContainerTests(LowLevelHost host)
{
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task The_container_has_what_a_rule_edits(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess(
            "echo $EDITED; cat /edits/file; echo x > /dev/edited && echo usable; id -G; mkdir /tmp/denied 2>/dev/null || echo denied");
        string source = Directory.CreateDirectory(bench.PathTo("source")).FullName;
        File.WriteAllText(Path.Combine(source, "file"), "mounted\n");
        WriteRule(bench, $$"""
            "onConflict": "replace",
            "edits": {
              "env": ["EDITED=yes"],
              "mounts": [{"hostPath": "{{source}}", "containerPath": "/edits", "options": ["ro"]}],
              "deviceNodes": [{"path": "/dev/edited", "hostPath": "/dev/null"}],
              "additionalGids": [4444],
              "annotations": {"com.example.edited": "yes"},
              "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
                          "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]}
            }
            """);

        _ = (await bench.CreateAsync(wrapped: true)).EnsureSuccess();
        JsonNode state = JsonNode.Parse((await bench.WrappedAsync("state", LowLevelBench.Id)).EnsureSuccess().Output)!;
        Assert.Equal("yes", state["annotations"]!["com.example.edited"]!.GetValue<string>());
        await bench.StartAsync(wrapped: true);
        await bench.AwaitStoppedAsync();

        string[] lines = bench.Output.Split('\n');
        Assert.Equal(["yes", "mounted", "usable"], lines[..3]);
        Assert.Contains("4444", lines[3].Split(' '));
        Assert.Equal("denied", lines[4]);
    }

    [Theory]
    [InlineData("runc", "json")]
    [InlineData("crun", "json")]
    [InlineData("runc", "yaml")]
    [InlineData("crun", "yaml")]
    public async Task The_container_has_a_CDI_device(string runtime, string form)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("echo $GPU; echo x > /dev/gpu && echo usable");
        string specs = Directory.CreateDirectory(bench.PathTo("cdi")).FullName;
        bench.Set("cdiSpecDirs", new JsonArray(specs));
        File.WriteAllText(Path.Combine(specs, "vendor." + form), form == "json"
            ? """
              {"cdiVersion": "0.6.0", "kind": "vendor.com/gpu", "devices": [{"name": "0", "containerEdits":
                {"env": ["GPU=0"], "deviceNodes": [{"path": "/dev/gpu", "hostPath": "/dev/null", "permissions": "rw"}]}}]}
              """
            : """
              cdiVersion: "0.6.0"
              kind: vendor.com/gpu
              devices:
              - name: "0"
                containerEdits:
                  env: ["GPU=0"]
                  deviceNodes:
                  - {path: /dev/gpu, hostPath: /dev/null, permissions: rw}
              """);
        WriteRule(bench, "\"cdi\": [\"vendor.com/gpu=0\"]");

        _ = (await bench.CreateAsync(wrapped: true)).EnsureSuccess();
        await bench.StartAsync(wrapped: true);
        await bench.AwaitStoppedAsync();

        Assert.Equal("0\nusable\n", bench.Output);
    }

    private static void WriteRule(LowLevelBench bench, string fields) =>
        File.WriteAllText(Path.Combine(bench.Rules, "edits.json"), $$"""{"version": "ocihooks/1", "when": {"always": true}, {{fields}}}""");
}
