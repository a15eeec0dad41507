using Linux;
using SeccompRecorder.State;
using static SeccompRecorder.Bpf.BpfRegister;

namespace SeccompRecorder.Bpf;

/// <summary>Checks whether this process may record with eBPF, as far as that is known before a container exists.</summary>
internal static class BpfSupport
{
    private const string LockdownFile = "/sys/kernel/security/lockdown";
    private const int SlotSize = 8;

    /// <summary>Whether recording is possible. Leaves nothing behind.</summary>
    internal static bool IsThere(RecorderPaths paths) => FindProblem(paths) is null;

    /// <summary>Returns why recording is impossible, and what to do; null if it is possible. Leaves nothing behind.</summary>
    internal static string? FindProblem(RecorderPaths paths)
    {
        byte[] status = KernelFile.Read(new FilePath("/proc/self/status"u8));
        if (status.Length == 0)
        {
            return "/proc/self/status: cannot be read; mount a file system of type proc on /proc";
        }

        if (status.AsSpan().IndexOf("\nSeccomp_filters:"u8) < 0)
        {
            return "this kernel does not count seccomp filters (Seccomp_filters in /proc/PID/status); "
                + "record on Linux 5.9 or later, with CONFIG_SECCOMP_FILTER";
        }

        if (!IsReadable(KernelTypes.File) && !IsReadable(paths.Kernel))
        {
            return $"{KernelTypes.File}: cannot be read: this kernel does not describe its types (CONFIG_DEBUG_INFO_BTF); "
                + "record on one that does";
        }

        return Explain(ProbeError(), RecorderPaths.ReadText(new FilePath(LockdownFile)));
    }

    /// <summary>Returns why no eBPF program can be used, in the form of <see cref="FindProblem"/>.</summary>
    /// <param name="error">The error number of the attempt to load a program; 0 if it was loaded.</param>
    /// <param name="lockdown">
    /// The kernel's lockdown level, kernel_lockdown(7), such as <c>none integrity [confidentiality]</c>; null if it is unknown.
    /// </param>
    internal static string? Explain(int error, string? lockdown) =>

        // Kernels before 5.13 load the program even then, but it reads zeros.
        IsConfidential(lockdown) ? Because(error, lockdown)
        : error == 0 ? null
        : $"cannot load an eBPF program that reads the kernel's memory: {Libc.ErrorText(error)}; {Because(error, lockdown)}";

    /// <summary>Returns why no eBPF program may read kernel memory, even if it can be loaded; null if it may.</summary>
    internal static string? FindLockdown() =>
        RecorderPaths.ReadText(new FilePath(LockdownFile)) is { } lockdown && IsConfidential(lockdown) ? Explain(0, lockdown) : null;

    /// <summary>Returns the cause of an error of bpf(2), and what to do.</summary>
    internal static string Because(int error) => Because(error, RecorderPaths.ReadText(new FilePath(LockdownFile)));

    private static string Because(int error, string? lockdown) =>
        IsConfidential(lockdown)
            ? $"this kernel is locked down for confidentiality ({LockdownFile}), and lets no eBPF program read its memory; "
                + "record on another machine, or boot this one with lockdown=integrity"
        : error == Libc.EPERM
            ? "it needs the capabilities CAP_BPF and CAP_PERFMON, and a kernel that is not locked down: run it as root"
        : error is Libc.EMFILE or Libc.ENFILE or Libc.ENOMEM
            ? "the machine has no more of them for it now: raise what limits it, or let other programs end"
        : "the kernel lacks what is named here: record on another kernel";

    private static bool IsConfidential(string? lockdown) => lockdown?.Contains("[confidentiality]", StringComparison.Ordinal) == true;

    /// <summary>
    /// Loads and closes a program that reads kernel memory, which the kernel may refuse. Returns the error number; 0 if it was loaded.
    /// </summary>
    private static int ProbeError()
    {
        var code = new BpfAssembler();
        code.Move(R1, Frame);
        code.Add(R1, -SlotSize);
        code.Move(R2, SlotSize);
        code.Move(R3, 0);
        code.Call(BpfHelper.ReadKernel);
        code.Move(R0, 0);
        code.Exit();
        int program = BpfObject.LoadProgram("ocihooks_probe"u8, code.Assemble(), out _);
        int error = program < 0 ? Libc.Errno : 0;
        _ = program < 0 ? 0 : Libc.close(program);
        return error;
    }

    private static unsafe bool IsReadable(FilePath file)
    {
        fixed (byte* path = file.Terminated)
        {
            return Libc.Stat(path, out FileStatus status) && status.IsRegular && Libc.access(path, Libc.R_OK) == 0;
        }
    }
}
