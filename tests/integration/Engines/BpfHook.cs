namespace IntegrationTests.Engines;

/// <summary>The oci-seccomp-bpf-hook program, as its package installs it.</summary>
internal static class BpfHook
{
    public const string Annotation = "io.containers.trace-syscall";

    private const string Program = "/usr/libexec/oci/hooks.d/oci-seccomp-bpf-hook";
    private const string Rule = "/usr/share/containers/oci/hooks.d/oci-seccomp-bpf-hook.json";

    /// <summary>Why the hook cannot be tested on this machine; null if it can.</summary>
    public static string? Missing => File.Exists(Program) ? null : "oci-seccomp-bpf-hook is not installed";

    /// <summary>Whether the hook finds this kernel's headers by itself.</summary>
    public static bool HasHeaders => File.Exists("/sys/kernel/kheaders.tar.xz")
        || Path.Exists($"/lib/modules/{File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}/build");

    /// <summary>What the hook needs to record and this machine lacks; null if nothing is missing.</summary>
    public static string? MissingToRecord =>
        Missing
        ?? (File.Exists("/sys/kernel/btf/vmlinux") ? null : "this kernel does not describe its types (CONFIG_DEBUG_INFO_BTF)")
        ?? (File.ReadLines("/proc/kallsyms").Any(line => line.EndsWith(" perf_trace_sys_enter", StringComparison.Ordinal))
            ? null
            : "this kernel has no tracepoints of system calls (CONFIG_FTRACE_SYSCALLS)");

    /// <summary>Copies the hook's rule file, unchanged, to a directory of rules.</summary>
    public static void AddTo(string rules) => File.Copy(Rule, Path.Combine(rules, Path.GetFileName(Rule)));

    /// <summary>Skips a test of the hook without kernel headers if there are headers, or if the hook is not installed.</summary>
    public static void SkipWithHeaders()
    {
        SkipFor(Missing);
        Assert.SkipWhen(HasHeaders, "this machine has the kernel's headers");
    }

    /// <summary>Skips a test of the hook's recording if the hook cannot record.</summary>
    public static void SkipIfItCannotRecord() => SkipFor(MissingToRecord);

    private static void SkipFor(string? reason)
    {
        if (reason is not null)
        {
            Assert.Skip(reason);
        }
    }
}
