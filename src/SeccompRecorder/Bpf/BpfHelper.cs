namespace SeccompRecorder.Bpf;

/// <summary>The kernel functions that the programs call, with their numbers, bpf-helpers(7).</summary>
internal enum BpfHelper
{
    MapLookup = 1,
    CurrentPidAndThreadGroup = 14,
    CurrentCommand = 16,
    CurrentTask = 35,
    ReadUser = 112,
    ReadKernel = 113,
    CurrentAncestorCgroup = 123,

    /// <summary>
    /// Like <see cref="CurrentTask"/>, but the verifier knows the type, so that the program can read its fields directly. Linux 5.11.
    /// </summary>
    CurrentTypedTask = 158,
}
