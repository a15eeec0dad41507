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

    public JournalDaemon(PrivateHost host)
    {
        _host = host;
        _ = host.RunWithInput(Configuration, "sh", "-c", SetUp).EnsureSuccess();

        // As a child of a shell: nsenter stops with the program it runs, and would not reap it when the host ends.
        host.StartDaemon(Path.Combine(host.Root, "journald.log"),
            "sh", "-c", "/lib/systemd/systemd-journald & echo $! >\"$0\"; wait", PidFile);
        Eventually.True(
            () => File.Exists(host.Inside(SocketPath)) && host.Run("journalctl", "--sync").ExitCode == 0, "journald listens and answers");
    }

    private string PidFile => Path.Combine(_host.Root, "journald.pid");

    /// <summary>The entries of the wrapper that have been sent so far, in their order, each as its fields.</summary>
    public IReadOnlyList<ILookup<string, string>> Entries() => EntriesOf("runc-wrap");

    /// <summary>The entries of a program.</summary>
    public IReadOnlyList<ILookup<string, string>> EntriesOf(string program)
    {
        _ = _host.Run("journalctl", "--sync").EnsureSuccess();
        string lines = _host.Run("journalctl", "--output", "json", "--all", "--no-pager", "--quiet", $"SYSLOG_IDENTIFIER={program}")
            .EnsureSuccess().OutputText;
        return JournalEntry.ParseAll(lines);
    }

    /// <summary>The entries of one kind.</summary>
    public IReadOnlyList<ILookup<string, string>> Entries(string messageId) =>
        [.. Entries().Where(entry => entry["MESSAGE_ID"].SequenceEqual([messageId]))];

    /// <summary>Stops it where it is, and sends it as much as it has room for.</summary>
    public void Hang()
    {
        Signal("STOP");
        while (SendUntilFull() > 0)
        {
            // A sender has a limit of its own: only when a new one cannot send anything is it the daemon that has no room.
        }
    }

    /// <summary>Ends it at once. Its socket's file stays.</summary>
    public void Kill()
    {
        Signal("KILL");
        Eventually.True(() => _host.Shell("kill -0 \"$(cat \"$1\")\"", PidFile).ExitCode != 0, "journald is gone");
    }

    private void Signal(string name) => _ = _host.Shell("kill -s \"$1\" \"$(cat \"$2\")\"", name, PidFile).EnsureSuccess();

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
