using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Linux;

namespace SeccompRecorder.Bpf;

/// <summary>
/// Creates, opens and changes eBPF maps, programs and links; bpf(2). Results below 0 are errors, with <see cref="Libc.Errno"/> set.
/// </summary>
internal static unsafe class BpfObject
{
    private const int ArrayMap = 2;
    private const int HashMap = 1;
    private const uint CanBeMapped = 1 << 10;
    private const int RawTracepointProgram = 17;
    private const int LogSize = 64 * 1024;
    private const int MostAttempts = 5;

    private enum Command
    {
        CreateMap = 0,
        UpdateElement = 2,
        DeleteElement = 3,
        LoadProgram = 5,
        Pin = 6,
        OpenPinned = 7,
        AttachRawTracepoint = 17,
    }

    /// <summary>Creates an array that can be mapped into memory, Linux 5.5.</summary>
    internal static int CreateArray(ReadOnlySpan<byte> name, int valueSize, int count) =>
        CreateMap(name, ArrayMap, sizeof(uint), valueSize, count, CanBeMapped);

    /// <summary>Creates a map with 64-bit keys.</summary>
    internal static int CreateHash(ReadOnlySpan<byte> name, int valueSize, int count) =>
        CreateMap(name, HashMap, sizeof(ulong), valueSize, count, 0);

    /// <summary>Sets an element of a map.</summary>
    internal static int Update(int map, void* key, void* value)
    {
        var attributes = new ElementAttributes { Map = (uint)map, Key = (ulong)key, Value = (ulong)value };
        return Call(Command.UpdateElement, ref attributes);
    }

    /// <summary>Removes an element from a map.</summary>
    internal static int Delete(int map, ulong key)
    {
        var attributes = new ElementAttributes { Map = (uint)map, Key = (ulong)&key };
        return Call(Command.DeleteElement, ref attributes);
    }

    /// <summary>Loads a raw tracepoint program. If the verifier refuses it, <paramref name="log"/> is the verifier's message.</summary>
    internal static int LoadProgram(ReadOnlySpan<byte> name, ReadOnlySpan<ulong> code, out string log)
    {
        int program = LoadProgram(name, code, []);
        log = "";
        if (program < 0 && Libc.Errno is Libc.EACCES or Libc.EINVAL)
        {
            byte[] text = new byte[LogSize];
            program = LoadProgram(name, code, text);
            int error = Libc.Errno;
            log = System.Text.Encoding.UTF8.GetString(text.AsSpan(0, Math.Max(text.AsSpan().IndexOf((byte)0), 0))).Trim();
            Libc.SetErrno(error);
        }

        return program;
    }

    /// <summary>Attaches a program to a raw tracepoint. Returns a link, which ends when nothing refers to it any more.</summary>
    internal static int Attach(ReadOnlySpan<byte> tracepoint, int program)
    {
        fixed (byte* name = tracepoint)
        {
            var attributes = new TracepointAttributes { Name = (ulong)name, Program = (uint)program };
            return Above(Call(Command.AttachRawTracepoint, ref attributes));
        }
    }

    /// <summary>Pins an object to a path in a file system of eBPF objects.</summary>
    internal static int Pin(int descriptor, FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            var attributes = new PathAttributes { Path = (ulong)name, Descriptor = (uint)descriptor };
            return Call(Command.Pin, ref attributes);
        }
    }

    /// <summary>Opens a pinned object by its path.</summary>
    internal static int Open(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            var attributes = new PathAttributes { Path = (ulong)name };
            return Above(Call(Command.OpenPinned, ref attributes));
        }
    }

    private static int CreateMap(ReadOnlySpan<byte> name, int type, int keySize, int valueSize, int count, uint flags)
    {
        var attributes = new MapAttributes
        {
            Type = (uint)type,
            KeySize = (uint)keySize,
            ValueSize = (uint)valueSize,
            Count = (uint)count,
            Flags = flags,
        };
        name.CopyTo(new Span<byte>(attributes.Name, NameSize - 1));
        return Above(Call(Command.CreateMap, ref attributes));
    }

    private static int LoadProgram(ReadOnlySpan<byte> name, ReadOnlySpan<ulong> code, Span<byte> log)
    {
        fixed (byte* license = "Dual MIT/GPL\0"u8, buffer = log)
        fixed (ulong* instructions = code)
        {
            var attributes = new ProgramAttributes
            {
                Type = RawTracepointProgram,
                InstructionCount = (uint)code.Length,
                Instructions = (ulong)instructions,
                License = (ulong)license,
                LogLevel = log.IsEmpty ? 0u : 1u,
                LogSize = (uint)log.Length,
                Log = (ulong)buffer,
            };
            name.CopyTo(new Span<byte>(attributes.Name, NameSize - 1));

            // The verifier stops with EAGAIN on any signal.
            int program = -1;
            for (int attempt = 0; program < 0 && (attempt == 0 || (attempt < MostAttempts && Libc.Errno == Libc.EAGAIN)); attempt++)
            {
                program = Call(Command.LoadProgram, ref attributes);
            }

            return Above(program);
        }
    }

    private static int Call<T>(Command command, ref T attributes)
        where T : unmanaged => Libc.Bpf((int)command, Unsafe.AsPointer(ref attributes), sizeof(T));

    /// <summary>Moves a descriptor above the standard ones. Whoever started this process may have left one of those closed.</summary>
    private static int Above(int descriptor) => descriptor is >= 0 and <= 2 ? Libc.MoveAboveStandard(descriptor) : descriptor;

    private const int NameSize = 16;

    [StructLayout(LayoutKind.Sequential)]
    private struct MapAttributes
    {
        internal uint Type;
        internal uint KeySize;
        internal uint ValueSize;
        internal uint Count;
        internal uint Flags;
        internal uint Inner;
        internal uint Node;
        internal fixed byte Name[NameSize];
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ElementAttributes
    {
        internal uint Map;
        internal ulong Key;
        internal ulong Value;
        internal ulong Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ProgramAttributes
    {
        internal uint Type;
        internal uint InstructionCount;
        internal ulong Instructions;
        internal ulong License;
        internal uint LogLevel;
        internal uint LogSize;
        internal ulong Log;
        internal uint KernelVersion;
        internal uint Flags;
        internal fixed byte Name[NameSize];
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TracepointAttributes
    {
        internal ulong Name;
        internal uint Program;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PathAttributes
    {
        internal ulong Path;
        internal uint Descriptor;
        internal uint Flags;
    }
}
