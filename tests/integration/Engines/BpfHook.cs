namespace IntegrationTests.Engines;

/// <summary>oci-seccomp-bpf-hook as its package has it.</summary>
internal static class BpfHook
{
    public const string Annotation = "io.containers.trace-syscall";

    private const string Program = "/usr/libexec/oci/hooks.d/oci-seccomp-bpf-hook";
    private const string Rule = "/usr/share/containers/oci/hooks.d/oci-seccomp-bpf-hook.json";

    /// <summary>What a test of it lacks here; null if all is there.</summary>
    public static string? Missing => File.Exists(Program) ? null : "oci-seccomp-bpf-hook is not installed";

    /// <summary>Whether it finds headers of this kernel by itself.</summary>
    public static bool HasHeaders => File.Exists("/sys/kernel/kheaders.tar.xz")
        || Path.Exists($"/lib/modules/{File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}/build");

    /// <summary>What this kernel lacks for it to record; null if all is there.</summary>
    public static string? MissingToRecord =>
        Missing
        ?? (File.Exists("/sys/kernel/btf/vmlinux") ? null : "this kernel does not describe its types (CONFIG_DEBUG_INFO_BTF)")
        ?? (File.ReadLines("/proc/kallsyms").Any(line => line.EndsWith(" perf_trace_sys_enter", StringComparison.Ordinal))
            ? null
            : "this kernel has no tracepoints of system calls (CONFIG_FTRACE_SYSCALLS)");

    /// <summary>Its file among the rules, as it is.</summary>
    public static void AddTo(string rules) => File.Copy(Rule, Path.Combine(rules, Path.GetFileName(Rule)));

    /// <summary>Skips a test of what the hook does without headers where it has some, or where there is no such hook.</summary>
    public static void SkipWithHeaders()
    {
        SkipFor(Missing);
        Assert.SkipWhen(HasHeaders, "this machine has the kernel's headers");
    }

    /// <summary>Skips a test of what the hook records where it cannot.</summary>
    public static void SkipIfItCannotRecord() => SkipFor(MissingToRecord);

    private static void SkipFor(string? reason)
    {
        if (reason is not null)
        {
            Assert.Skip(reason);
        }
    }
}
