using System.Net.Sockets;
using HookEngine.Model;
using HookEngine.Running.Log;
using Linux;
using Linux.Journal;

namespace HookCtl.Commands.Doctor;

/// <summary>What the wrapper and the supervisors log gets somewhere.</summary>
internal static class JournalCheck
{
    private const string Name = "log";

    internal static IEnumerable<Finding> Run(Machine machine)
    {
        LogSettings log = machine.Settings.Log;
        string? refusal = log.Journald ? Refusal() : null;
        string? fileProblem = log.File is { } path ? FileProblem(new FilePath(path), log.Trust) : null;
        bool isFileWritable = log.File is not null && fileProblem is null;
        if (log.Journald)
        {
            yield return refusal is null ? Finding.Ok(Name, "journald takes what is logged") : Silence(refusal, log, isFileWritable);
        }

        if (log.File is { } file)
        {
            yield return isFileWritable
                ? Finding.Ok(Name, $"{file} takes what is logged")
                : Finding.Of(Name, FindingSeverity.Warning, $"nothing is logged in {file}: it {fileProblem}") is { Advice: { } } told ? told
                : Finding.Warning(Name, $"nothing is logged in {file}: it {fileProblem}", LogFile.Advice);
        }

        if (log is { Journald: false, File: null, Stderr: false })
        {
            yield return Finding.Note(
                Name,
                "nothing is logged, but for what hooks did, which goes to standard error",
                "set \"log\" in the settings, ocihooks.json(5)");
        }
    }

    /// <summary>What it means that the journal takes nothing: little, if another place does.</summary>
    private static Finding Silence(string refusal, LogSettings log, bool isFileWritable)
    {
        string text = $"journald does not take what is logged: {JournalSocket.SystemPath}: {refusal}";
        return isFileWritable || log.Stderr
            ? Finding.Note(
                Name,
                $"{text}; {(isFileWritable ? log.File : "standard error")} gets it",
                "start systemd-journald, or set log.journald to false")
            : Finding.Warning(
                Name,
                $"{text}; so it is told nowhere what is injected, and what hooks did goes to standard error",
                $"start systemd-journald, or have a file instead: {LogFile.Advice}, and log.journald to false");
    }

    /// <summary>Why a datagram would not be taken; null if it would be.</summary>
    private static string? Refusal()
    {
        if (!File.Exists(JournalSocket.SystemPath))
        {
            return "no such file";
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(JournalSocket.SystemPath));
            return socket.Poll(0, SelectMode.SelectWrite) ? null : "it is full, as if nobody read there";
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.ConnectionRefused ? "nobody listens there" : failure.Message;
        }
    }

    /// <summary>Why nothing would be logged in a file; null if it would be.</summary>
    private static string? FileProblem(FilePath file, TrustPolicy trust)
    {
        int fd = LogFile.OpenForReading(file, trust, out string? problem, out _);
        if (fd >= 0)
        {
            _ = Libc.close(fd);
            problem = null;
        }

        return problem ?? (IsWritable(file) ? null : "cannot be written");
    }

    private static bool IsWritable(FilePath file) =>
        Access(file, Libc.W_OK) || (Libc.Errno == Libc.ENOENT && Access(file.Parent, Libc.W_OK | Libc.X_OK));

    private static unsafe bool Access(FilePath path, int mode)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.access(name, mode) == 0;
        }
    }
}
