namespace SeccompRecorder.Bpf;

/// <summary>
/// The registers of eBPF. R0 is for results, R1 to R5 are for arguments, R6 to R9 survive calls, R10 is the frame pointer.
/// </summary>
internal enum BpfRegister
{
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    Frame,
}
