using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl.Doctor;

/// <summary>Tests what <c>hookctl doctor</c> reports with and without a journal.</summary>
[Trait("Needs", "root")]
public sealed class DoctorJournalTests : IAsyncDisposable
{
    private readonly HookCtlBench _bench = new();
    private readonly PrivateHost _host = new();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _bench.Dispose();
    }

    [Fact]
    public async Task A_journal_that_listens_one_that_hangs_and_one_that_is_gone_are_told_apart()
    {
        await AssertLogAsync("warning", "no such file; so it is told nowhere");
        JournalDaemon journal = await JournalDaemon.StartAsync(_host);
        await AssertLogAsync("ok", "journald takes what is logged");
        await journal.HangAsync();
        await AssertLogAsync("warning", "it is full");
        await journal.KillAsync();
        await AssertLogAsync("warning", "nobody listens there");
    }

    [Fact]
    public async Task Another_place_that_takes_it_makes_up_for_the_journal()
    {
        string file = _bench.Inside("log");
        _bench.Set("log", new JsonObject { ["file"] = file });

        Assert.Equal(
            [("note", $"; {file} gets it"), ("ok", $"{file} takes what is logged")],
            (await FindingsAsync()).Select(found => (found.Severity, found.Text[Math.Max(found.Text.LastIndexOf(';'), 0)..])));
    }

    [Fact]
    public async Task No_place_at_all_is_a_note()
    {
        _bench.Set("log", new JsonObject { ["journald"] = false });

        await AssertLogAsync("note", "nothing is logged");
    }

    /// <summary>Ubuntu's /var/log is such a directory, for rsyslog. The advice leads to a log and changes nothing else.</summary>
    [Fact]
    public async Task A_directory_that_a_group_may_write_is_left_as_it_is_for_another_place()
    {
        string directory = Directory.CreateDirectory(_bench.Inside("log/ocihooks")).FullName;
        _ = new Command("chmod", "775", _bench.Inside("log")).Run().EnsureSuccess();
        _bench.Set("log", new JsonObject { ["journald"] = false, ["file"] = Path.Combine(directory, "hooks.log") });

        DoctorFinding found = Assert.Single(await FindingsAsync());

        Assert.Equal("warning", found.Severity);
        Assert.EndsWith($": it is not to be trusted: {_bench.Inside("log")} can be written by its group", found.Text, StringComparison.Ordinal);
        Match advice = Regex.Match(found.Advice!, "^make a directory for it, (install [^,]*), and set log.file to (/.*)$");
        _ = (await _host.ShellAsync($"mount -t tmpfs tmpfs /var/lib; {advice.Groups[1].Value}")).EnsureSuccess();
        _bench.Set("log", new JsonObject { ["journald"] = false, ["file"] = advice.Groups[2].Value });
        await AssertLogAsync("ok", "takes what is logged");
    }

    private async Task AssertLogAsync(string severity, string text)
    {
        DoctorFinding found = Assert.Single(await FindingsAsync());
        Assert.Equal(severity, found.Severity);
        Assert.Contains(text, found.Text, StringComparison.Ordinal);
    }

    private async Task<IEnumerable<DoctorFinding>> FindingsAsync() => DoctorFinding.All(
        await _host.RunAsync("env", "PATH=/no/such", Repository.HookCtl, "doctor", "--json", "--no-container", "--config", _bench.SettingsFile))
        .Where(found => found.Check == "log");
}
