using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl.Doctor;

/// <summary>What <c>hookctl doctor</c> says of a journal, and of no journal.</summary>
[Trait("Needs", "root")]
public sealed class DoctorJournalTests : IDisposable
{
    private readonly HookCtlBench _bench = new();
    private readonly PrivateHost _host = new();

    public void Dispose()
    {
        _host.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void A_journal_that_listens_one_that_hangs_and_one_that_is_gone_are_told_apart()
    {
        AssertLog("warning", "no such file; so it is told nowhere");
        var journal = new JournalDaemon(_host);
        AssertLog("ok", "journald takes what is logged");
        journal.Hang();
        AssertLog("warning", "it is full");
        journal.Kill();
        AssertLog("warning", "nobody listens there");
    }

    [Fact]
    public void Another_place_that_takes_it_makes_up_for_the_journal()
    {
        string file = _bench.Inside("log");
        _bench.Set("log", new JsonObject { ["file"] = file });

        Assert.Equal(
            [("note", $"; {file} gets it"), ("ok", $"{file} takes what is logged")],
            Findings().Select(found => (found.Severity, found.Text[Math.Max(found.Text.LastIndexOf(';'), 0)..])));
    }

    [Fact]
    public void No_place_at_all_is_a_note()
    {
        _bench.Set("log", new JsonObject { ["journald"] = false });

        AssertLog("note", "nothing is logged");
    }

    private void AssertLog(string severity, string text)
    {
        DoctorFinding found = Assert.Single(Findings());
        Assert.Equal(severity, found.Severity);
        Assert.Contains(text, found.Text, StringComparison.Ordinal);
    }

    private IEnumerable<DoctorFinding> Findings() => DoctorFinding.All(
        _host.Run("env", "PATH=/no/such", Repository.HookCtl, "doctor", "--json", "--no-container", "--config", _bench.SettingsFile))
        .Where(found => found.Check == "log");
}
