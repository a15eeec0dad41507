using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests which files may be the log. A file that may not be used fails no container, and the journal says why.</summary>
[Trait("Needs", "root")]
public sealed class LogFileTests : IDisposable
{
    /// <summary>
    /// A script that makes "logs" a directory that the kernel finds by a link in /proc, and nobody finds by the names in that link.
    /// </summary>
    private const string InAnotherMountNamespace = """
        rmdir logs; mkfifo ready hold; mkdir there
        unshare --mount --propagation private sh -ec 'mount -t tmpfs none there; mkdir there/d; cd there/d; echo >"$OLDPWD/ready"; exec cat "$OLDPWD/hold"' >hold.log 2>&1 &
        ln -s "/proc/$!/cwd" logs
        read -r _ <ready
        exec 9>hold
        """;

    private readonly WrapperBench _bench = new();
    private readonly FakeJournal _journal;

    public LogFileTests()
    {
        _journal = new FakeJournal(Path.Combine(_bench.Root, "journal"));
        _bench.WriteRule("a.json", WrapperBench.Rule());
        _ = Directory.CreateDirectory(Path.Combine(_bench.Root, "logs"));
        _bench.Set("log", new JsonObject { ["file"] = LogFile });
    }

    private string LogFile => Path.Combine(_bench.Root, "logs", "log");

    public void Dispose()
    {
        _journal.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [InlineData("0", "640")]
    [InlineData("077", "600")]
    public void A_new_one_is_not_for_all_to_read(string mask, string mode)
    {
        Create($"umask {mask}");
        Create("umask 0");

        Assert.Equal(2, File.ReadAllLines(LogFile).Length);
        Assert.Equal($"{mode}\n", new Command("stat", "-c", "%a", LogFile).Run().OutputText);
    }

    [Theory]
    [InlineData("echo mine >\"$PWD/target\"; ln -s ../target logs/log", "is a symbolic link")]
    [InlineData("chown 65534 logs", "belongs to user 65534")]
    [InlineData("chmod 775 logs", "can be written by its group")]
    [InlineData("chmod 1777 logs", "can be written by its group and everyone else")]
    [InlineData("mkdir o; chown 65534 o; mv logs o/logs; ln -s o/logs logs", "belongs to user 65534")]
    [InlineData("touch logs/log; chown 65534 logs/log", "belongs to user 65534")]
    [InlineData("touch logs/log; chmod 666 logs/log", "can be written by its group and everyone else")]
    [InlineData("mkfifo logs/log", "cannot be opened")]
    [InlineData("rmdir logs", "no such file or directory")]
    [InlineData(InAnotherMountNamespace, "cannot be judged, as its directory leads nowhere")]
    public void One_that_others_may_have_a_hand_in_gets_nothing_and_the_journal_tells_why(string script, string problem)
    {
        Create(script);

        ILookup<string, string> entry = Assert.Single(_journal.Take());
        Assert.Equal(["4"], entry["PRIORITY"]);
        Assert.Contains("injected createRuntime /bin/true", Assert.Single(entry["MESSAGE"]), StringComparison.Ordinal);
        Assert.Contains($"nothing is logged in {LogFile}: it ", Assert.Single(entry["MESSAGE"]), StringComparison.Ordinal);
        Assert.Contains(problem, Assert.Single(entry["MESSAGE"]), StringComparison.Ordinal);
        Assert.DoesNotMatch($"ch(mod|own) [^ ]+ {Path.GetDirectoryName(LogFile)}($|[^/])", Assert.Single(entry["MESSAGE"]));
        Assert.Equal("", new Command("sh", "-c", "for f in logs/log o/logs/log target; do test ! -f $f || grep -v ^mine$ $f; done")
        {
            WorkingDirectory = _bench.Root,
        }.Run().OutputText);
    }

    [Theory]
    [InlineData("warn", "is not to be trusted")]
    [InlineData("off", null)]
    public void With_less_trust_it_is_written(string trust, string? warning)
    {
        _bench.Set("trust", trust);

        Create("chmod 777 logs");

        _ = Assert.Single(File.ReadAllLines(LogFile));
        string message = Assert.Single(Assert.Single(_journal.Take())["MESSAGE"]);
        Assert.Equal(warning is not null, message.Contains(warning ?? "trusted", StringComparison.Ordinal));
    }

    /// <summary>The supervisor gets the settings by its arguments.</summary>
    [Theory]
    [InlineData("enforce", 0)]
    [InlineData("off", 1)]
    public void A_supervisor_holds_it_to_the_same(string trust, int lines)
    {
        _bench.Set("trust", trust);
        _bench.Set("supervise", true);
        _ = new Command("chmod", "777", Path.GetDirectoryName(LogFile)!).Run().EnsureSuccess();
        Create("true");
        _ = _journal.Take();
        File.Delete(LogFile);

        JsonNode hook = JsonNode.Parse(_bench.Hooks()["createRuntime"].Single())!;
        string[] arguments = [.. hook["args"]!.AsArray().Select(argument => (string)argument!)];
        CommandResult result = new Command((string)hook["path"]!, arguments[1..].Select(argument => (ByteString)argument))
        {
            Name = arguments[0],
            Input = """{"ociVersion":"1.0.2","id":"c1","status":"creating","pid":1,"bundle":"/nowhere"}"""u8.ToArray(),
        }.Run();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(lines, File.Exists(LogFile) ? File.ReadAllLines(LogFile).Length : 0);
    }

    [Theory]
    [InlineData("chown 65534 logs/log", "belongs to user 65534")]
    [InlineData("mv logs/log other; ln -s ../other logs/log", "is a symbolic link")]
    public void What_somebody_else_may_have_written_is_not_shown_as_runs(string script, string problem)
    {
        File.WriteAllText(LogFile, """{"time":"2025-01-31T12:00:00Z","messageId":"e95f27b0d18c4c6fa3470c9b52ed6a81"}""" + "\n");
        _bench.Set("log", new JsonObject { ["file"] = LogFile, ["journald"] = false });
        _ = new Command("sh", "-ec", script) { WorkingDirectory = _bench.Root }.Run().EnsureSuccess();

        CommandResult result = new Command(Repository.HookCtl, "log", "--config", _bench.SettingsFile).Run();

        Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
        Assert.Contains(LogFile, result.ErrorText, StringComparison.Ordinal);
        Assert.Contains(problem, result.ErrorText, StringComparison.Ordinal);
    }

    private void Create(string script) => _bench.RunWithMounts(
        WithJournal($"{script}; exec \"$@\""), "create", "--bundle", _bench.Bundle, "c1").AssertSilentSuccess();

    private string WithJournal(string script) =>
        $"mount -t tmpfs none /run; mkdir -p /run/systemd/journal; mount --bind '{_journal.Directory}' /run/systemd/journal; {script}";
}
