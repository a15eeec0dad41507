using System.Text;
using HookEngine.Model;
using Linux;
using RuncWrap.PreRuntime;

namespace RuncWrap.Create;

/// <summary><c>--wrap-version</c>: the wrapper's version, and the low-level runtime that it would become.</summary>
internal static unsafe class VersionReport
{
    /// <summary>Writes a line for each to standard output.</summary>
    /// <exception cref="OciHooksException">There is no runtime that can be run; the version is told all the same.</exception>
    internal static void Write(in Invocation invocation, WrapperSettings settings)
    {
        WriteLine($"runc-wrap {typeof(VersionReport).Assembly.GetName().Version!.ToString(3)}");
        using var runtime = RuntimeCommand.Find(invocation, settings);
        WriteLine($"runtime {runtime.Path}");
    }

    private static void WriteLine(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        fixed (byte* text = bytes)
        {
            _ = Libc.WriteAll(1, text, bytes.Length);
        }
    }
}
