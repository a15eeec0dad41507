using System.Net.Sockets;

namespace IntegrationTests.Fixture;

/// <summary>A systemd-journald of a private host, which keeps its entries in memory. It ends with the host.</summary>
internal sealed class JournalDaemon
{
    private const string SocketPath = "/run/systemd/journal/socket";

    // A program may log without limit, and the machine's own messages are left out.
    private const string SetUp = """
        set -e
        mkdir -p /run/systemd/journal /run/systemd/journald.conf.d /run/log/journal
        cat >/run/systemd/journald.conf.d/test.conf
        """;

    private const string Configuration = """
        [Journal]
        Storage=volatile
        ReadKMsg=no
        Audit=no
        RateLimitIntervalSec=0
        RateLimitBurst=0

        """;

    private readonly PrivateHost _host;

    private JournalDaemon(PrivateHost host) => _host = host;

    public static async Task<JournalDaemon> StartAsync(PrivateHost host)
    {
        var journal = new JournalDaemon(host);
        _ = (await host.RunWithInputAsync(Configuration, "sh", "-c", SetUp)).EnsureSuccess();

        // As a child of a shell: nsenter stops with the program it runs, and would not reap it when the host ends.
        host.StartDaemon(Path.Combine(host.Root, "journald.log"),
            "sh", "-c", "/lib/systemd/systemd-journald & echo $! >\"$0\"; wait", journal.PidFile);
        await Eventually.TrueAsync(
            async () => File.Exists(host.Inside(SocketPath)) && (await host.RunAsync("journalctl", "--sync")).ExitCode == 0,
            "journald listens and answers");
        return journal;
    }

    private string PidFile => Path.Combine(_host.Root, "journald.pid");

    /// <summary>Returns the fields of each entry that the wrapper has sent so far, in order.</summary>
    public Task<IReadOnlyList<ILookup<string, string>>> EntriesAsync() => EntriesOfAsync("runc-wrap");

    /// <summary>Returns the entries of a program.</summary>
    public async Task<IReadOnlyList<ILookup<string, string>>> EntriesOfAsync(string program)
    {
        _ = (await _host.RunAsync("journalctl", "--sync")).EnsureSuccess();
        string lines = (await _host.RunAsync(
            "journalctl", "--output", "json", "--all", "--no-pager", "--quiet", $"SYSLOG_IDENTIFIER={program}")).EnsureSuccess().OutputText;
        return JournalEntry.ParseAll(lines);
    }

    /// <summary>Returns the entries of one kind.</summary>
    public async Task<IReadOnlyList<ILookup<string, string>>> EntriesAsync(string messageId) =>
        [.. (await EntriesAsync()).Where(entry => entry["MESSAGE_ID"].SequenceEqual([messageId]))];

    /// <summary>Stops the daemon with SIGSTOP, and fills its socket's queue.</summary>
    public async Task HangAsync()
    {
        await SignalAsync("STOP");
        while (SendUntilFull() > 0)
        {
            // Each sender has a limit. The daemon's queue is full only when a new sender cannot send anything.
        }
    }

    /// <summary>Kills the daemon. The file of its socket stays.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        await Eventually.TrueAsync(
            async () => (await _host.ShellAsync("kill -0 \"$(cat \"$1\")\"", PidFile)).ExitCode != 0, "journald is gone");
    }

    private async Task SignalAsync(string name) =>
        _ = (await _host.ShellAsync("kill -s \"$1\" \"$(cat \"$2\")\"", name, PidFile)).EnsureSuccess();

    private int SendUntilFull()
    {
        using Socket sender = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        int sent = 0;
        try
        {
            while (true)
            {
                _ = sender.SendTo("MESSAGE=filling\n"u8, new UnixDomainSocketEndPoint(_host.Inside(SocketPath)));
                sent++;
            }
        }
        catch (SocketException full) when (full.SocketErrorCode == SocketError.WouldBlock)
        {
            return sent;
        }
    }
}
