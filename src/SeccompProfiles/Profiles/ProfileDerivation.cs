using SeccompProfiles.Calls;
using SeccompProfiles.Recordings;

namespace SeccompProfiles.Profiles;

/// <summary>Makes profiles from recordings.</summary>
public static class ProfileDerivation
{
    /// <summary>The flags of clone(2) that create namespaces.</summary>
    public const uint NamespaceFlags = 0x7e020000;

    /// <summary>The name under which clones that create namespaces are recorded.</summary>
    public const string NamespaceMaker = "#clone with namespaces";

    private const int Eperm = 1;
    private const int Enosys = 38;

    /// <summary>The first of the new calls, which came after Linux 4.10. Programs can do without them.</summary>
    private const string FirstNewCall = "statx";

    /// <summary>What runc and crun call between the filter and the container's program, with noNewPrivileges and without.</summary>
    private static readonly string[] s_runtimes = CallSiblings.Words("""
        close openat openat2 write getpid epoll_ctl fstatfs getdents64 execve futex rt_sigreturn statx mmap
        setuid setgid setgroups capget capset prctl chdir getcwd getppid newfstatat read fstat faccessat2 fcntl close_range tgkill setresuid
        setresgid rt_sigaction rt_sigprocmask
        """);

    /// <summary>
    /// What any process may do at any time: end, return from a signal, and ask for what the vDSO usually answers; vdso(7).
    /// </summary>
    private static readonly string[] s_everybodys = CallSiblings.Words("""
        restart_syscall rt_sigreturn sigreturn exit exit_group clock_gettime clock_gettime64 clock_getres clock_getres_time64 gettimeofday
        time getcpu getrandom
        """);

    /// <summary>
    /// Calls of 32-bit ARM outside its call table. Their numbers are far above the recorded ones. Each program makes some of them.
    /// </summary>
    private static readonly string[] s_armsOwn = CallSiblings.Words("breakpoint cacheflush set_tls");

    /// <summary>
    /// Returns the profile that allows what was recorded and nothing else. Programs that behave differently from run to run fail under it.
    /// </summary>
    public static SeccompProfile Exact(Recording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        return Make(recording, [.. recording.Names().Union(Unseen(recording)).Order(StringComparer.Ordinal)], []);
    }

    /// <summary>
    /// Returns the profile that allows what was recorded, its siblings, and what every container needs. New calls fail with ENOSYS: only
    /// then does a C library make the older call.
    /// </summary>
    public static SeccompProfile Robust(Recording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ISet<string> allowed = CallSiblings.Complete(recording.Names().Concat(s_everybodys));
        allowed.UnionWith(s_runtimes);
        allowed.UnionWith(Unseen(recording));

        // A filter cannot see the flags of clone3. If clone3 is missing, C libraries use clone.
        if (!MakesNamespaces(recording))
        {
            _ = allowed.Remove("clone3");
        }

        CallTable table = CallTable.Instance;
        allowed.IntersectWith(table.Names);
        int firstNew = table.Number(recording.Native, FirstNewCall) ?? 0;
        IEnumerable<string> unknown = table.Names
            .Where(name => table.Number(recording.Native, name) >= firstNew && !allowed.Contains(name));
        return Make(recording, [.. Spoken(allowed, recording)], [.. unknown.Order(StringComparer.Ordinal)]);
    }

    private static string[] Unseen(Recording recording) => recording.CallsOf(CallAbi.Arm).Count > 0 ? s_armsOwn : [];

    /// <summary>Returns the names that exist under the ABIs of the recording. A profile need not list others.</summary>
    private static IEnumerable<string> Spoken(ISet<string> names, Recording recording)
    {
        CallAbi[] abis = [.. recording.Calls.Keys.Append(recording.Native).Distinct()];
        return names.Where(name => abis.Any(abi => CallTable.Instance.Number(abi, name) is not null));
    }

    private static bool MakesNamespaces(Recording recording) =>
        recording.CallsOf(recording.Native).Any(call => call.Name == NamespaceMaker);

    private static SeccompProfile Make(Recording recording, IReadOnlyList<string> allowed, IReadOnlyList<string> absent)
    {
        bool restrictsClone = allowed.Contains("clone") && !MakesNamespaces(recording);
        List<ProfileRule> rules = [new ProfileRule([.. allowed.Where(name => !restrictsClone || name != "clone")], SeccompProfile.Allow)];
        if (restrictsClone)
        {
            rules.Add(new ProfileRule(["clone"], SeccompProfile.Allow)
            {
                Arguments = [new ProfileArgument(0, NamespaceFlags, 0, "SCMP_CMP_MASKED_EQ")],
            });
        }

        if (absent.Count > 0)
        {
            rules.Add(new ProfileRule(absent, SeccompProfile.Errno) { Errno = Enosys });
        }

        IEnumerable<CallAbi> foreign = recording.Calls.Where(entry => entry.Value.Count > 0).Select(entry => entry.Key);
        return new SeccompProfile
        {
            DefaultAction = SeccompProfile.Errno,
            DefaultErrno = Eperm,
            Architectures = [.. foreign.Prepend(recording.Native).Distinct().Select(abi => abi.SeccompName())],
            Rules = rules,
        };
    }
}
