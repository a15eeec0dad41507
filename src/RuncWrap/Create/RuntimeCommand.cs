using System.Runtime.InteropServices;
using System.Text;
using HookEngine.Model;
using Linux;
using RuncWrap.PreRuntime;

namespace RuncWrap.Create;

/// <summary>The low-level runtime, found and ready to be executed.</summary>
internal sealed unsafe class RuntimeCommand : IDisposable
{
    private const int NotFoundStatus = 127;
    private const int NotExecutableStatus = 126;

    private readonly Invocation _invocation;
    private readonly NativeBuffer _path;

    private RuntimeCommand(in Invocation invocation, NativeBuffer path)
    {
        _invocation = invocation;
        _path = path;
    }

    /// <summary>The runtime's path.</summary>
    internal string Path => Marshal.PtrToStringUTF8((nint)_path.Pointer)!;

    /// <summary>The runtime's path, links followed; as it is if that cannot be told.</summary>
    internal FilePath RealPath
    {
        get
        {
            byte* real = Libc.realpath(_path.Pointer, null);
            var path = new FilePath(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(real == null ? _path.Pointer : real));
            Libc.free(real);
            return path;
        }
    }

    /// <summary>Finds the runtime.</summary>
    /// <exception cref="OciHooksException">There is none that can be run.</exception>
    internal static RuntimeCommand Find(in Invocation invocation, WrapperSettings settings)
    {
        IReadOnlyList<string> names = settings.Runtime;
        byte[] candidates = invocation.RuntimePath == null
            ? Encoding.UTF8.GetBytes(string.Join('\0', names) + "\0\0")
            : [.. MemoryMarshal.CreateReadOnlySpanFromNullTerminated(invocation.RuntimePath), 0, 0];
        var path = new NativeBuffer(LowLevelRuntime.PathMax);
        RuntimeSearch search;
        fixed (byte* list = candidates)
        {
            search = LowLevelRuntime.Find(list, invocation.Environment, path.Pointer);
        }

        return search == RuntimeSearch.Found
            ? new RuntimeCommand(invocation, path)
            : throw Failure(search, Encoding.UTF8.GetString(candidates).Trim('\0').Replace("\0", ", ", StringComparison.Ordinal));
    }

    /// <summary>Becomes the runtime.</summary>
    /// <param name="leavesCgroupsToSystemd">Whether it is told to, though the caller did not.</param>
    /// <param name="limits">The limits to work under if that fails.</param>
    /// <exception cref="OciHooksException">The kernel refuses.</exception>
    internal void Execute(bool leavesCgroupsToSystemd, RaisedLimits limits)
    {
        byte** arguments = stackalloc byte*[_invocation.ArgumentCount + 3];
        CommandLine.CopyForRuntime(_invocation, _path.Pointer, arguments);
        if (leavesCgroupsToSystemd)
        {
            CommandLine.AddSystemdCgroup(arguments);
        }

        _ = Libc.execve(_path.Pointer, arguments, _invocation.Environment);
        int error = Libc.Errno;

        // What is told now must not end the process.
        limits.Raise();
        Libc.SetAction(Libc.SIGPIPE, Libc.SIG_IGN);
        Libc.SetAction(Libc.SIGXFSZ, Libc.SIG_IGN);
        throw new OciHooksException(
            $"cannot execute the runtime {Path}: {Libc.ErrorText(error)}; check the file, its interpreter and its architecture",
            error == Libc.ENOENT ? NotFoundStatus : NotExecutableStatus);
    }

    public void Dispose() => _path.Dispose();

    private static OciHooksException Failure(RuntimeSearch search, string candidates) => search switch
    {
        RuntimeSearch.NotFound => new OciHooksException(
            $"the low-level runtime was not found ({candidates}): no such file or directory; install it, or name it with \"runtime\" in the settings",
            NotFoundStatus),
        RuntimeSearch.NotExecutable => new OciHooksException(
            $"the low-level runtime is not an executable file ({candidates}): permission denied; make it one, or name another with \"runtime\" in the settings",
            NotExecutableStatus),
        _ => new OciHooksException(
            $"the low-level runtime ({candidates}) is this wrapper itself; name the real one with \"runtime\" in the settings"),
    };
}
