using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using HookEngine;

namespace HookCtl;

/// <summary>
/// A program whose output is read line by line while it runs. It is started by its name in PATH, without a shell, and ends no later than
/// hookctl does, or when nobody wants more of it.
/// </summary>
internal sealed class StreamedProgram : IDisposable
{
    private static readonly PosixSignal[] s_endings = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    /// <summary>How long the rest of the output of a program that has ended may take.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Task<string> _complaints;
    private readonly List<PosixSignalRegistration> _signals = [];

    private StreamedProgram(Process process)
    {
        _process = process;
        _process.StandardInput.Close();

        // Read at the same time: a program that complains a lot would wait for its reader.
        _complaints = process.StandardError.ReadToEndAsync();
        foreach (PosixSignal ending in s_endings)
        {
            _signals.Add(PosixSignalRegistration.Create(ending, _ => Kill()));
        }
    }

    /// <summary>What it writes, one line after the other, until it has ended.</summary>
    internal IEnumerable<string> Lines
    {
        get
        {
            while (_process.StandardOutput.ReadLine() is { } line)
            {
                yield return line;
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <exception cref="OciHooksException">It cannot be started.</exception>
    internal static StreamedProgram Start(string name, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        try
        {
            return new StreamedProgram(Process.Start(start)!);
        }
        catch (Win32Exception failure)
        {
            string reason = HookEngine.Linux.Libc.ErrorText(failure.NativeErrorCode);
            throw new OciHooksException($"{name} cannot be started: {reason}; install it, or add its directory to PATH");
        }
    }

    /// <summary>Waits for its end and returns its exit code, and what it wrote to standard error.</summary>
    internal (int ExitCode, string Complaints) WaitForEnd()
    {
        _process.WaitForExit();
        return (_process.ExitCode, _complaints.Result.Trim());
    }

    /// <summary>Waits for its end, but no longer than that: then it is ended, with all that it has started.</summary>
    internal ProgramEnd EndWithin(TimeSpan limit)
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync();
        bool hasEnded = _process.WaitForExit(limit);
        if (!hasEnded)
        {
            Kill(withDescendants: true);
        }

        // What it left running may hold its pipes open.
        bool isAllRead = Task.WaitAll([output, _complaints], s_patience);
        return new ProgramEnd(hasEnded ? _process.ExitCode : null, Text(output), Text(_complaints));

        string Text(Task<string> text) => isAllRead || text.IsCompletedSuccessfully ? text.Result.Trim() : "";
    }

    public void Dispose()
    {
        Kill();
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _process.Dispose();
    }

    private void Kill(bool withDescendants = false)
    {
        try
        {
            _process.Kill(withDescendants);
        }
        catch (Exception gone) when (gone is InvalidOperationException or AggregateException)
        {
            // It, or one of them, has ended by itself.
        }
    }
}
