using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace IntegrationTests.Fixture;

/// <summary>
/// A terminal to run a program on. It replaces script(1), which types something itself if its input is not a terminal.
/// </summary>
internal sealed partial class Terminal : IDisposable
{
    // O_RDWR | O_NOCTTY | O_CLOEXEC: a daemon that another test starts meanwhile must not hold it open.
    private const int ReadWriteNoControl = 0x80102;

    private readonly SafeFileHandle _controller;
    private readonly SafeFileHandle _program;

    public unsafe Terminal()
    {
        int controller = posix_openpt(ReadWriteNoControl);
        byte* name = stackalloc byte[64];
        if (controller < 0 || grantpt(controller) != 0 || unlockpt(controller) != 0 || ptsname_r(controller, name, 64) != 0)
        {
            throw new IOException("no terminal");
        }

        _controller = new SafeFileHandle(controller, ownsHandle: true);
        Name = Marshal.PtrToStringUTF8((nint)name)!;

        // While this descriptor is open, a read waits for a program that has not opened its side yet.
        _program = new SafeFileHandle(open(name, ReadWriteNoControl), ownsHandle: true);
    }

    /// <summary>The path that the program opens.</summary>
    public string Name { get; }

    /// <summary>Returns a command line that runs another with this as its controlling terminal.</summary>
    public string[] CommandLine(params IEnumerable<string> commandLine) =>
        ["sh", "-c", "exec setsid --ctty --wait \"$@\" <\"$0\" >\"$0\" 2>&1", Name, .. commandLine];

    /// <summary>Runs a command and types into it. The result's output is what it wrote to the terminal.</summary>
    public async Task<CommandResult> RunAsync(Func<Task<CommandResult>> command, string typed = "")
    {
        Task<string> output = Task.Run(() => ReadToEnd(_controller));
        Type(typed);
        CommandResult result = await command();
        _program.Dispose();
        try
        {
            return result with { Output = Encoding.UTF8.GetBytes(await output.WaitAsync(TestTimeout.Limit)) };
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"something still has {Name} open");
        }
    }

    /// <summary>Reads what is written to a terminal until its other side is closed.</summary>
    public static string ReadToEnd(SafeFileHandle controller)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        using var stream = new FileStream(controller, FileAccess.Read, 0);
        try
        {
            while (stream.Read(buffer) is > 0 and int count)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // A terminal returns EIO when its other side is closed.
        }

        return text.ToString();
    }

    public void Dispose()
    {
        _program.Dispose();
        _controller.Dispose();
    }

    private unsafe void Type(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            _ = Native.write((int)_controller.DangerousGetHandle(), start, bytes.Length);
        }
    }

    [LibraryImport("libc")]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc")]
    private static partial int grantpt(int controller);

    [LibraryImport("libc")]
    private static partial int unlockpt(int controller);

    [LibraryImport("libc")]
    private static unsafe partial int ptsname_r(int controller, byte* name, nint size);

    [LibraryImport("libc")]
    private static unsafe partial int open(byte* path, int flags);
}
