using System.Net.Sockets;

namespace IntegrationTests.Fixture;

/// <summary>A systemd-journald of a private host, which keeps its entries in memory. It ends with the host.</summary>
internal sealed class JournalDaemon
{
    private const string SocketPath = "/run/systemd/journal/socket";

    // No limit of how much one program may log, and nothing of what the machine itself has to say.
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

    /// <summary>The entries of the wrapper that have been sent so far, in their order, each as its fields.</summary>
    public Task<IReadOnlyList<ILookup<string, string>>> EntriesAsync() => EntriesOfAsync("runc-wrap");

    /// <summary>The entries of a program.</summary>
    public async Task<IReadOnlyList<ILookup<string, string>>> EntriesOfAsync(string program)
    {
        _ = (await _host.RunAsync("journalctl", "--sync")).EnsureSuccess();
        string lines = (await _host.RunAsync(
            "journalctl", "--output", "json", "--all", "--no-pager", "--quiet", $"SYSLOG_IDENTIFIER={program}")).EnsureSuccess().OutputText;
        return JournalEntry.ParseAll(lines);
    }

    /// <summary>The entries of one kind.</summary>
    public async Task<IReadOnlyList<ILookup<string, string>>> EntriesAsync(string messageId) =>
        [.. (await EntriesAsync()).Where(entry => entry["MESSAGE_ID"].SequenceEqual([messageId]))];

    /// <summary>Stops it where it is, and sends it as much as it has room for.</summary>
    public async Task HangAsync()
    {
        await SignalAsync("STOP");
        while (SendUntilFull() > 0)
        {
            // A sender has a limit of its own: only when a new one cannot send anything is it the daemon that has no room.
        }
    }

    /// <summary>Ends it at once. Its socket's file stays.</summary>
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
