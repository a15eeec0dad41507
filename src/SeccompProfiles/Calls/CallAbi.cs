using System.Runtime.InteropServices;

namespace SeccompProfiles.Calls;

/// <summary>The ways to make a system call. Each has its own numbers; syscall(2).</summary>
public enum CallAbi
{
    /// <summary>64-bit x86.</summary>
    X8664,

    /// <summary>32-bit x86.</summary>
    I386,

    /// <summary>32-bit pointers on 64-bit x86.</summary>
    X32,

    /// <summary>64-bit ARM.</summary>
    Arm64,

    /// <summary>32-bit ARM.</summary>
    Arm,
}

/// <summary>Properties of each <see cref="CallAbi"/>.</summary>
public static class CallAbis
{
    private static readonly string[] s_seccompNames =
        ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"];

    /// <summary>The ABI of the programs that this machine is made for.</summary>
    public static CallAbi Native => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? CallAbi.Arm64 : CallAbi.X8664;

    /// <summary>Returns the ABIs that programs may use on a machine besides its native one, the 32-bit ABI first.</summary>
    public static IReadOnlyList<CallAbi> ForeignTo(CallAbi native) => native == CallAbi.Arm64 ? [CallAbi.Arm] : [CallAbi.I386, CallAbi.X32];

    /// <summary>Returns the ABI's name in profiles, as in libseccomp.</summary>
    public static string SeccompName(this CallAbi abi) => s_seccompNames[(int)abi];

    /// <summary>Returns the ABI with a name of libseccomp; null if this enumeration has none.</summary>
    public static CallAbi? Parse(string seccompName) =>
        Array.IndexOf(s_seccompNames, seccompName) is >= 0 and var index ? (CallAbi)index : null;
}
