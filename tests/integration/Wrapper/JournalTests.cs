using System.Globalization;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests events in the journal. Each test has its own journal socket, in a mount namespace.</summary>
[Trait("Needs", "root")]
public sealed class JournalTests : IDisposable
{
    private readonly WrapperBench _bench = new();
    private readonly FakeJournal _journal;

    public JournalTests()
    {
        _journal = new FakeJournal(Path.Combine(_bench.Root, "journal"));
        _bench.Set("log", null);
        _bench.WriteRule("a.json", WrapperBench.Rule());
    }

    public void Dispose()
    {
        _journal.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void A_create_is_one_event_with_a_field_for_everything()
    {
        _bench.WriteRule("b.json", WrapperBench.Rule("poststop"));

        Create().AssertSilentSuccess();

        ILookup<string, string> entry = Assert.Single(_journal.Take());
        Assert.Equal(["c1"], entry["CONTAINER_ID"]);
        Assert.Equal([Path.Combine(_bench.Rules, "a.json"), Path.Combine(_bench.Rules, "b.json")], entry["OCIHOOKS_RULE"]);
        Assert.Equal(["createRuntime", "poststop"], entry["OCIHOOKS_STAGE"]);
        Assert.Equal(["6"], entry["PRIORITY"]);
        Assert.Equal(["runc-wrap"], entry["SYSLOG_IDENTIFIER"]);
        Assert.Contains("/bin/true", Assert.Single(entry["MESSAGE"]), StringComparison.Ordinal);
        Assert.All(entry, field => Assert.Matches("^[A-Z][A-Z0-9_]{0,63}$", field.Key));
    }

    [Fact]
    public void Each_create_is_an_event_of_its_own_and_nothing_else_is()
    {
        for (int i = 0; i < 3; i++)
        {
            Create().AssertSilentSuccess();
        }

        Run("state", "c1").AssertSilentSuccess();
        Run("create", "--help").AssertSilentSuccess();

        Assert.Equal(3, _journal.Take().Count);
    }

    [Fact]
    public void Values_with_line_breaks_are_framed()
    {
        _bench.WriteRule("b\nCONTAINER_ID=forged\n.json", WrapperBench.Rule("poststop"));

        Run("create", "--bundle", _bench.Bundle, "c\n2").AssertSilentSuccess();

        ILookup<string, string> entry = Assert.Single(_journal.Take());
        Assert.Equal(["c\n2"], entry["CONTAINER_ID"]);
        Assert.Equal(Path.Combine(_bench.Rules, "b\nCONTAINER_ID=forged\n.json"), entry["OCIHOOKS_RULE"].Last());
    }

    [Fact]
    public void A_rule_left_out_is_a_warning()
    {
        _bench.WriteRule("missing.json", WrapperBench.Rule(path: "/nowhere/hook"));

        Create().AssertSilentSuccess();

        ILookup<string, string> entry = Assert.Single(_journal.Take());
        Assert.Equal(["4"], entry["PRIORITY"]);
        Assert.Contains("missing.json", Assert.Single(entry["MESSAGE"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_setting_nothing_is_sent()
    {
        _bench.Set("log", new JsonObject { ["journald"] = false });

        Create().AssertSilentSuccess();

        Assert.Empty(_journal.Take());
    }

    [Fact]
    public void Without_a_journal_a_container_starts() =>
        _bench.AssertInjectedOnce(_bench.RunWithMounts("mount -t tmpfs none /run; exec \"$@\"", "create", "--bundle", _bench.Bundle, "c1"));

    [Fact]
    public void With_a_journal_that_is_dead_a_container_starts()
    {
        _journal.Dispose();
        _bench.AssertInjectedOnce(Create());
    }

    [Fact]
    public void With_a_journal_that_is_full_a_container_starts()
    {
        _journal.FillUp();
        _bench.AssertInjectedOnce(Create());
    }

    /// <summary>The event is larger than a datagram. The protocol has another way for it.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(3000)]
    public void However_many_rules_there_are_the_create_is_an_event(int rules)
    {
        for (int i = 0; i < rules; i++)
        {
            _bench.WriteRule(string.Create(CultureInfo.InvariantCulture, $"{i:D4}.json"), WrapperBench.Rule());
        }

        Create().AssertSilentSuccess();

        // journald accepts no entry of more than 1,024 fields.
        ILookup<string, string> entry = Assert.Single(_journal.Take());
        Assert.Equal(Math.Min(1 + rules, 128), entry["OCIHOOKS_RULE"].Count());
        Assert.InRange(entry.Sum(field => field.Count()), 0, 1024);
        Assert.Contains($"({rules - 1:D4}.json)", Assert.Single(entry["MESSAGE"]), StringComparison.Ordinal);
    }

    private CommandResult Create() => Run("create", "--bundle", _bench.Bundle, "c1");

    private CommandResult Run(params IEnumerable<ByteString> arguments) => _bench.RunWithMounts(
        $"mount -t tmpfs none /run; mkdir -p /run/systemd/journal; mount --bind '{_journal.Directory}' /run/systemd/journal; exec \"$@\"", arguments);
}
