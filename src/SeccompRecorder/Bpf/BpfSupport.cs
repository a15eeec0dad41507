using HookEngine.Linux;

namespace SeccompRecorder.Bpf;

/// <summary>Whether this process may record with eBPF, as far as it can be told before a container is there.</summary>
internal static unsafe class BpfSupport
{
    private const ulong ReturnZero = 0xb7; // r0 = 0
    private const ulong Exit = 0x95;

    /// <summary>
    /// Whether the kernel describes its types and loads such a program. True, too, where it is too old for anything else: what is missing
    /// is then told when the recording begins.
    /// </summary>
    internal static bool IsThere(Places places) =>
        !CountsFilters() || ((IsReadable(new FilePath("/sys/kernel/btf/vmlinux"u8)) || IsReadable(places.Kernel)) && Loads());

    private static bool CountsFilters() =>
        KernelFile.Read(new FilePath("/proc/self/status"u8)).AsSpan().IndexOf("\nSeccomp_filters:"u8) >= 0;

    private static bool Loads()
    {
        int program = BpfObject.LoadProgram("ocihooks_probe"u8, [ReturnZero, Exit], out _);
        _ = program < 0 ? 0 : Libc.close(program);
        return program >= 0;
    }

    private static bool IsReadable(FilePath file)
    {
        fixed (byte* path = file.Terminated)
        {
            return Libc.Stat(path, out FileStatus status) && status.IsRegular && Libc.access(path, Libc.R_OK) == 0;
        }
    }
}
