using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests directories whose files are replaced while they are listed. Each create gets the rule or the device, which always exists,
/// exactly once.
/// </summary>
[Trait("Needs", "root")]
public sealed class BusyDirectoryTests : IDisposable
{
    private const int Creates = 300;

    private readonly WrapperBench _bench = new();

    public void Dispose() => _bench.Dispose();

    /// <summary>On btrfs a listing may omit a name that is replaced by a rename meanwhile. Other names make the listing longer.</summary>
    [Fact]
    public async Task A_rule_that_is_replaced_on_btrfs_is_in_effect_once()
    {
        using var disk = Mount.Btrfs(_bench.Rules, Path.Combine(_bench.Root, "disk"));
        _bench.WriteRule("a.json", WrapperBench.Rule());
        for (int i = 0; i < 50; i++)
        {
            _bench.WriteRule($"{i}.txt", "");
        }

        await using RunningProgram writer = await StartAsync("over", "a.json", ".new");
        AssertInjectedOnceEachTime();
        Assert.Equal(0, await writer.EndAsync());
    }

    /// <summary>btrfs lists the names that existed when the directory was opened, without those that are gone.</summary>
    [Fact]
    public void A_rule_that_is_replaced_when_its_directory_has_just_been_opened_is_in_effect()
    {
        using var disk = Mount.Btrfs(_bench.Rules, Path.Combine(_bench.Root, "disk"));
        _bench.WriteRule("a.json", WrapperBench.Rule());
        _bench.WriteRule("new", WrapperBench.Rule());

        string next = Path.Combine(_bench.Rules, "new");
        _ = Create(Probes.AtListing, _bench.Rules, next, Path.Combine(_bench.Rules, "a.json")).EnsureSuccess();

        Assert.False(File.Exists(next));
        Assert.Equal("""{"createRuntime":[{"path":"/bin/true"}]}""", Hooks(Assert.Single(_bench.Calls)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_rule_that_changes_its_name_is_in_effect_once(bool withoutNotes, bool isLink)
    {
        _bench.WriteRule(isLink ? "target" : "a.json", WrapperBench.Rule());
        if (isLink)
        {
            _ = File.CreateSymbolicLink(Path.Combine(_bench.Rules, "a.json"), "target");
        }

        await using RunningProgram writer = await StartAsync("turns", "a.json", "b.json");
        AssertInjectedOnceEachTime(withoutNotes);
        Assert.Equal(0, await writer.EndAsync());
    }

    [Fact]
    public async Task A_device_that_is_replaced_on_btrfs_is_found()
    {
        string devices = Directory.CreateDirectory(Path.Combine(_bench.Root, "cdi")).FullName;
        using var disk = Mount.Btrfs(devices, Path.Combine(_bench.Root, "disk"));
        WriteDevice(devices, "net.json", "NET=0");
        UseDevice(devices);

        await using RunningProgram writer = await StartAsync("over", Path.Combine(devices, "net.json"), Path.Combine(devices, ".new"));
        AssertEachHas("NET=0");
        Assert.Equal(0, await writer.EndAsync());
    }

    [Fact]
    public async Task A_device_whose_file_changes_its_name_has_precedence_all_the_time()
    {
        string low = Directory.CreateDirectory(Path.Combine(_bench.Root, "low")).FullName;
        string high = Directory.CreateDirectory(Path.Combine(_bench.Root, "high")).FullName;
        WriteDevice(low, "net.json", "NET=low");
        WriteDevice(high, "a.json", "NET=high");
        UseDevice(low, high);

        await using RunningProgram writer = await StartAsync("turns", Path.Combine(high, "a.json"), Path.Combine(high, "b.json"));
        AssertEachHas("NET=high");
        Assert.Equal(0, await writer.EndAsync());
    }

    [Fact]
    public async Task Rules_whose_directory_is_exchanged_by_a_link_are_in_effect_once()
    {
        Directory.Delete(_bench.Rules);
        File.WriteAllText(Path.Combine(_bench.Root, "given"), WrapperBench.Rule());
        await using RunningProgram writer = await StartExchangeAsync("hooks.d", "a.json");
        AssertInjectedOnceEachTime();
        Assert.Equal(0, await writer.EndAsync());
    }

    [Fact]
    public async Task Settings_whose_directory_is_exchanged_by_a_link_are_read()
    {
        _bench.WriteRule("a.json", WrapperBench.Rule());
        File.Move(_bench.SettingsFile, Path.Combine(_bench.Root, "given"));
        _ = File.CreateSymbolicLink(_bench.SettingsFile, "..data/settings.json");
        await using RunningProgram writer = await StartExchangeAsync("..data", "settings.json");
        AssertInjectedOnceEachTime();
        Assert.Equal(0, await writer.EndAsync());
    }

    private static void WriteDevice(string directory, string name, string variable) => File.WriteAllText(
        Path.Combine(directory, name),
        $$$"""{"cdiVersion":"0.5.0","kind":"vendor.com/net","devices":[{"name":"0","containerEdits":{"env":["{{{variable}}}"]}}]}""");

    private void UseDevice(params string[] directories)
    {
        _bench.Set("cdiSpecDirs", new JsonArray([.. directories.Select(directory => (JsonNode)directory)]));
        _bench.WriteRule("a.json", """{"version":"ocihooks/1","when":{"always":true},"cdi":["vendor.com/net=0"]}""");
    }

    private void AssertEachHas(string variable)
    {
        int created = CountCreated(CreateMany(withoutNotes: false));

        Assert.Equal(created, _bench.Calls.Count);
        Assert.All(_bench.Calls, call => Assert.Contains($"\"{variable}\"", call.Config, StringComparison.Ordinal));
    }

    private void AssertInjectedOnceEachTime(bool withoutNotes = false)
    {
        int created = CountCreated(CreateMany(withoutNotes));

        string[] hooks = [.. _bench.Calls.Select(Hooks)];
        Assert.Equal(created, hooks.Length);
        Assert.Equal(["""{"createRuntime":[{"path":"/bin/true"}]}"""], hooks.Distinct());
    }

    private static string Hooks(RecordedCall call) =>
        JsonDocument.Parse(call.Config!).RootElement.TryGetProperty("hooks", out JsonElement hooks) ? hooks.GetRawText() : "none";

    private static int CountCreated(List<CommandResult> results)
    {
        int created = results.Count(BenchAssertions.IsCreatedBesideChanges);
        Assert.NotEqual(0, created);
        return created;
    }

    /// <summary>Runs many creates, each of a new bundle.</summary>
    /// <param name="withoutNotes">
    /// Whether inotify(7) is not available, as when a user has reached the limit.
    /// </param>
    private List<CommandResult> CreateMany(bool withoutNotes)
    {
        var results = new List<CommandResult>();
        for (int i = 0; i < Creates; i++)
        {
            File.Delete(_bench.Record);
            File.WriteAllBytes(_bench.Config, WrapperBench.MinimalConfig);
            results.Add(withoutNotes ? Create(Probes.Failing, "inotify_init1", "24") : Create("/usr/bin/env"));
        }

        return results;
    }

    private CommandResult Create(string program, params ByteString[] arguments) =>
        new Command(program, [.. arguments, Repository.Wrapper, "--wrap-config", _bench.SettingsFile, "create", "--bundle", _bench.Bundle, "c1"])
        {
            Environment = [.. Command.InheritedEnvironment, $"RECORDER_DIR={_bench.Records}"],
        }.Run();

    private async Task<RunningProgram> StartAsync(string how, string file, string other)
    {
        RunningProgram writer = new ExternalProgram(Probes.Renamer, how, file, other) { WorkingDirectory = _bench.Rules }.Start();
        Assert.Equal("begun", await writer.ReadLineAsync());
        return writer;
    }

    /// <summary>
    /// Starts a script that points a link to a directory with a copy of the file "given", then to another, and then removes the first,
    /// as with a ConfigMap.
    /// </summary>
    private async Task<RunningProgram> StartExchangeAsync(string link, string name)
    {
        string script = _bench.WriteScript("exchange", """
            #!/bin/bash
            set -e
            i=0
            until read -r -t 0 && ! read -r; do
                mkdir "v$i"
                cp given "v$i/$2"
                ln -s "v$i" link
                mv -T link "$1"
                test "$i" = 0 && echo begun
                test "$i" = 0 || rm -r "v$((i - 1))"
                i=$((i + 1))
            done
            """);
        RunningProgram writer = new ExternalProgram(script, link, name) { WorkingDirectory = _bench.Root }.Start();
        Assert.Equal("begun", await writer.ReadLineAsync());
        return writer;
    }
}
