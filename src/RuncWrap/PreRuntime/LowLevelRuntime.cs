using System.Runtime.InteropServices;
using Linux;

namespace RuncWrap.PreRuntime;

/// <summary>How the search for the low-level runtime ended.</summary>
internal enum RuntimeSearch
{
    Found,

    /// <summary>No candidate exists.</summary>
    NotFound,

    /// <summary>A candidate exists, but none is an executable file.</summary>
    NotExecutable,

    /// <summary>The only candidate is this program, or a script that runs it: it would start itself for ever.</summary>
    IsWrapper,
}

/// <summary>
/// Finds the low-level runtime. Allocates nothing: for most commands it runs before the managed runtime, and in its place.
/// </summary>
internal static unsafe class LowLevelRuntime
{
    /// <summary>PATH_MAX, limits.h.</summary>
    internal const int PathMax = 4096;

    /// <summary>How much of a script is looked at for calls of the wrapper, and how deep scripts are followed into each other.</summary>
    private const int ScriptPrefix = 32 * 1024;
    private const int ScriptDepth = 4;

    /// <summary>How many words of scripts are looked up in all: a script may name itself many times.</summary>
    private const int ScriptWords = 1000;

    private static ReadOnlySpan<byte> UsualDirectories => "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"u8;

    /// <summary>Finds the first candidate that exists and can be run.</summary>
    /// <param name="candidates">
    /// Names and paths, each ended by a NUL, the last followed by another NUL. Names are looked for in PATH, then in the usual
    /// directories: Podman calls its runtime without a PATH to delete containers.
    /// </param>
    /// <param name="environment">Where PATH is.</param>
    /// <param name="path">Room for <see cref="PathMax"/> bytes, where the runtime's path is written.</param>
    internal static RuntimeSearch Find(byte* candidates, byte** environment, byte* path)
    {
        FileStatus wrapper = WrapperStatus();
        RuntimeSearch result = RuntimeSearch.NotFound;
        for (byte* candidate = candidates; *candidate != 0; candidate += Text(candidate).Length + 1)
        {
            ReadOnlySpan<byte> name = Text(candidate);
            RuntimeSearch found = name.Contains((byte)'/')
                ? Examine([], name, wrapper, environment, path)
                : Search(name, wrapper, environment, path);
            if (found == RuntimeSearch.Found)
            {
                return found;
            }

            result = Worse(result, found);
        }

        return result;
    }

    /// <summary>The value of PATH; empty if there is none.</summary>
    private static ReadOnlySpan<byte> SearchPath(byte** environment)
    {
        for (byte** entry = environment; *entry != null; entry++)
        {
            ReadOnlySpan<byte> text = Text(*entry);
            if (text.StartsWith("PATH="u8))
            {
                return text[5..];
            }
        }

        return [];
    }

    private static RuntimeSearch Search(ReadOnlySpan<byte> name, in FileStatus wrapper, byte** environment, byte* path)
    {
        RuntimeSearch inPath = SearchIn(SearchPath(environment), name, wrapper, environment, path);
        if (inPath == RuntimeSearch.Found)
        {
            return inPath;
        }

        RuntimeSearch elsewhere = SearchIn(UsualDirectories, name, wrapper, environment, path);
        return elsewhere == RuntimeSearch.Found ? elsewhere : Worse(inPath, elsewhere);
    }

    private static RuntimeSearch SearchIn(
        ReadOnlySpan<byte> directories, ReadOnlySpan<byte> name, in FileStatus wrapper, byte** environment, byte* path)
    {
        RuntimeSearch result = RuntimeSearch.NotFound;
        while (!directories.IsEmpty)
        {
            int colon = directories.IndexOf((byte)':');
            ReadOnlySpan<byte> directory = colon < 0 ? directories : directories[..colon];
            directories = colon < 0 ? [] : directories[(colon + 1)..];

            // A relative entry would be looked for in the bundle, which is not ours to trust.
            if (directory.IsEmpty || directory[0] != '/')
            {
                continue;
            }

            RuntimeSearch found = Examine(directory, name, wrapper, environment, path);
            if (found == RuntimeSearch.Found)
            {
                return found;
            }

            result = Worse(result, found);
        }

        return result;
    }

    /// <summary>A later reason for failure says more than an earlier: that it is the wrapper, that it is not executable.</summary>
    private static RuntimeSearch Worse(RuntimeSearch left, RuntimeSearch right) => left > right ? left : right;

    private static RuntimeSearch Examine(
        ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, in FileStatus wrapper, byte** environment, byte* path)
    {
        if (!Join(directory, name, path) || !Libc.Stat(path, out FileStatus status))
        {
            return RuntimeSearch.NotFound;
        }

        if (!status.IsRegular || Libc.access(path, Libc.X_OK) != 0)
        {
            return RuntimeSearch.NotExecutable;
        }

        int words = ScriptWords;
        return status.IsSameFileAs(wrapper) || IsScriptRunningWrapper(path, wrapper, environment, ScriptDepth, ref words)
            ? RuntimeSearch.IsWrapper
            : RuntimeSearch.Found;
    }

    private static bool Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, byte* path)
    {
        if (directory.Length + name.Length + 2 > PathMax)
        {
            return false;
        }

        var result = new Span<byte>(path, PathMax);
        directory.CopyTo(result);
        int length = directory.Length;
        if (length > 0)
        {
            result[length++] = (byte)'/';
        }

        name.CopyTo(result[length..]);
        result[length + name.Length] = 0;
        return true;
    }

    private static FileStatus WrapperStatus()
    {
        fixed (byte* self = "/proc/self/exe"u8)
        {
            if (Libc.Stat(self, out FileStatus status))
            {
                return status;
            }
        }

        byte* executed = (byte*)Libc.getauxval(Libc.AT_EXECFN);
        return executed != null && Libc.Stat(executed, out FileStatus fallback) ? fallback : default;
    }

    /// <summary>
    /// Whether a file is a script whose interpreter, or a word of which, is the wrapper or another such script: Docker writes
    /// one for a runtime that is registered with runtimeArgs.
    /// </summary>
    private static bool IsScriptRunningWrapper(byte* path, in FileStatus wrapper, byte** environment, int depth, ref int words)
    {
        int fd = Libc.Open(path, Libc.O_RDONLY | Libc.O_NONBLOCK);
        if (fd < 0)
        {
            return false;
        }

        // Two bytes tell a program from a script; most are programs.
        byte* mark = stackalloc byte[2];
        bool isScript = Libc.Read(fd, mark, 2) == 2 && mark[0] == '#' && mark[1] == '!';
        bool found = isScript && depth > 0 && ScriptMentionsWrapper(fd, wrapper, environment, depth, ref words);
        _ = Libc.close(fd);
        return found;
    }

    private static bool ScriptMentionsWrapper(int fd, in FileStatus wrapper, byte** environment, int depth, ref int words)
    {
        byte* text = stackalloc byte[ScriptPrefix];
        nint length = Math.Max(Libc.Read(fd, text, ScriptPrefix), 0);
        var script = new ReadOnlySpan<byte>(text, (int)length);
        while (!script.IsEmpty)
        {
            int end = script.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? script : script[..end];
            script = end < 0 ? [] : script[(end + 1)..];
            while (!line.IsEmpty && line[0] != '#')
            {
                int separator = line.IndexOfAny(" \t\r\"'=;&|()`"u8);
                ReadOnlySpan<byte> word = separator < 0 ? line : line[..separator];
                line = separator < 0 ? [] : line[(separator + 1)..];
                if (!word.IsEmpty && words-- > 0 && RunsWrapper(word, wrapper, environment, depth, ref words))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether a word of a script, as a path or as a name looked for in PATH, leads to the wrapper.</summary>
    private static bool RunsWrapper(ReadOnlySpan<byte> word, in FileStatus wrapper, byte** environment, int depth, ref int words)
    {
        byte* path = stackalloc byte[PathMax];
        if (word.Contains((byte)'/'))
        {
            return word[0] == '/' && Join([], word, path) && LeadsToWrapper(path, wrapper, environment, depth, ref words);
        }

        ReadOnlySpan<byte> directories = SearchPath(environment);
        while (!directories.IsEmpty)
        {
            int colon = directories.IndexOf((byte)':');
            ReadOnlySpan<byte> directory = colon < 0 ? directories : directories[..colon];
            directories = colon < 0 ? [] : directories[(colon + 1)..];
            if (Join(directory, word, path) && Libc.access(path, Libc.X_OK) == 0)
            {
                return LeadsToWrapper(path, wrapper, environment, depth, ref words);
            }
        }

        return false;
    }

    private static bool LeadsToWrapper(byte* path, in FileStatus wrapper, byte** environment, int depth, ref int words) =>
        Libc.Stat(path, out FileStatus status)
        && status.IsRegular
        && (status.IsSameFileAs(wrapper) || IsScriptRunningWrapper(path, wrapper, environment, depth - 1, ref words));

    private static ReadOnlySpan<byte> Text(byte* text) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
}
