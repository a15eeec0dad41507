using System.Text.Json.Nodes;
using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>
/// Compares oci-seccomp-bpf-hook, with its own hooks.d file and headers made for it, with our recorder. It identifies a container by the
/// process ID on the machine, so these containers run on the machine itself.
/// </summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class BpfHookTests : IAsyncLifetime
{
    // Mounts what the hook needs at the usual paths. An overlay's upper layer may not be on an overlay.
    private const string Run = $$"""
        set -e
        {{PrivateBpf.Mount}}
        mount -t debugfs debugfs /sys/kernel/debug
        mount -t tracefs tracefs /sys/kernel/tracing
        mkdir -p "$1/layers"
        mount -t tmpfs tmpfs "$1/layers"
        if ! test -e "/lib/modules/$(uname -r)/build"; then
            mkdir "$1/layers/upper" "$1/layers/work"
            mount -t overlay -o "lowerdir=/usr/lib,upperdir=$1/layers/upper,workdir=$1/layers/work" overlay /usr/lib
            mkdir -p "/lib/modules/$(uname -r)"
            "$2" "/lib/modules/$(uname -r)/build"
        fi
        cd "$1/bundle"
        exec "$3" --wrap-config "$1/settings.json" run "${1##*/}"
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    public BpfHookTests()
    {
        string rules = Directory.CreateDirectory(PathTo("hooks.d")).FullName;
        string bundle = Directory.CreateDirectory(PathTo("bundle")).FullName;
        File.WriteAllText(PathTo("settings.json"), EngineSettings.Text("runc", rules));
        _ = new Command("runc", "spec", "--bundle", bundle).Run().EnsureSuccess();

        // A profile that denies mkdir and does not mention most calls.
        File.WriteAllText(PathTo("input.json"), """
            {
              "defaultAction": "SCMP_ACT_ERRNO",
              "architectures": ["SCMP_ARCH_X86_64"],
              "syscalls": [
                { "names": ["mkdir"], "action": "SCMP_ACT_ERRNO" },
                { "names": ["sync"], "action": "SCMP_ACT_ALLOW" }
              ]
            }
            """);
    }

    public async ValueTask InitializeAsync() => _ = await BusyboxImage.MakeRootFileSystemAsync(PathTo("bundle/rootfs"));

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void It_and_ours_write_the_profile_that_the_annotation_asks_for()
    {
        BpfHook.SkipIfItCannotRecord();
        BpfHook.AddTo(PathTo("hooks.d"));
        (SortedSet<string> itsAllowed, SortedSet<string> itsDenied) = Record("its.json");
        Directory.Delete(PathTo("hooks.d"), recursive: true);

        _ = Directory.CreateDirectory(PathTo("hooks.d"));
        _ = new Command(
            Repository.HookCtl, "--config", PathTo("settings.json"), "seccomp", "--store", PathTo("store"), "record",
            "--annotation", $"{BpfHook.Annotation}=*", "--recorder", Repository.SeccompRecorder).Run().EnsureSuccess();
        (SortedSet<string> oursAllowed, SortedSet<string> oursDenied) = Record("ours.json");

        Assert.Superset(new SortedSet<string>(["execve", "getdents64", "sync"]), itsAllowed);
        Assert.Superset(new SortedSet<string>(["execve", "getdents64", "sync"]), oursAllowed);
        Assert.Contains("mkdir", itsDenied);
        Assert.Contains("mkdir", oursDenied);
        Assert.DoesNotContain("mkdir", itsAllowed);
        Assert.DoesNotContain("mkdir", oursAllowed);

        // A call of the runtime. The packaged hook may record some of them, depending on when it started.
        Assert.DoesNotContain("pivot_root", oursAllowed);
    }

    private string PathTo(string name) => Path.Combine(_root, name);

    private (SortedSet<string> Allowed, SortedSet<string> Denied) Record(string name)
    {
        string file = Path.Combine(PathTo("bundle"), "config.json");
        JsonNode config = JsonNode.Parse(File.ReadAllBytes(file))!;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray("sh", "-c", "ls /; mkdir /made; true");
        config["linux"]!["cgroupsPath"] = $"/{Path.GetFileName(_root)}";
        config["annotations"] = new JsonObject { [BpfHook.Annotation] = $"of:{PathTo(name)};if:{PathTo("input.json")}" };
        _ = config.AsObject().Remove("hooks");
        File.WriteAllText(file, config.ToJsonString());
        string headers = Path.Combine(Repository.Root, "tests", "probes", "kernel-headers.sh");
        CommandResult? result = null;
        Eventually.True(IsRecorded, $"{name} is recorded");
        _ = result!.EnsureSuccess();
        Directory.Delete(PathTo("layers"));

        // The hook writes the profile after the container has ended.
        JsonNode? profile = null;
        Eventually.True(() => (profile = TryRead(PathTo(name))) is not null, $"{name} is a profile");
        return (Names(profile!, "SCMP_ACT_ALLOW"), Names(profile!, "SCMP_ACT_ERRNO"));

        // The packaged hook must compile and attach within a fixed time, also on a busy machine.
        bool IsRecorded()
        {
            _ = new Command("runc", "delete", "--force", Path.GetFileName(_root)).Run();
            result = new Command("unshare", "--mount", "--propagation", "private", "sh", "-c", Run, "sh", _root, headers, Repository.Wrapper)
                .Run();
            return !result.ErrorText.Contains("didn't compile and attach within", StringComparison.Ordinal);
        }
    }

    private static JsonNode? TryRead(string file)
    {
        try
        {
            return File.Exists(file) ? JsonNode.Parse(File.ReadAllBytes(file)) : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static SortedSet<string> Names(JsonNode profile, string action) => new(
        profile["syscalls"]!.AsArray().Where(rule => rule!["action"]!.GetValue<string>() == action)
            .SelectMany(rule => rule!["names"]!.AsArray()).Select(name => name!.GetValue<string>()),
        StringComparer.Ordinal);
}
