using Linux;
using SeccompRecorder.Bpf;

namespace UnitTests.SeccompRecorder.Bpf;

/// <summary>The conclusions from the attempt to load a program, and from the kernel's lockdown file.</summary>
public sealed class BpfSupportTests
{
    private const int EINVAL = 22;

    [Theory]
    [InlineData(null)]
    [InlineData("[none] integrity confidentiality\n")]
    [InlineData("none [integrity] confidentiality\n")]
    public void Where_the_program_is_loaded_nothing_is_missing(string? lockdown) => Assert.Null(BpfSupport.Explain(0, lockdown));

    /// <summary>Kernels before 5.13 load the program, but it reads zeros. Later kernels refuse the function that reads.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(EINVAL)]
    [InlineData(Libc.EPERM)]
    public void A_lockdown_for_confidentiality_is_the_reason_whatever_the_error(int error) =>
        Assert.Contains("locked down for confidentiality", BpfSupport.Explain(error, "none integrity [confidentiality]\n"), StringComparison.Ordinal);

    [Fact]
    public void Without_capabilities_they_are_the_reason() =>
        Assert.Contains("CAP_BPF and CAP_PERFMON", BpfSupport.Explain(Libc.EPERM, null), StringComparison.Ordinal);

    [Fact]
    public void What_the_machine_has_run_out_of_is_not_what_the_kernel_lacks() =>
        Assert.Contains("the machine has no more of them for it now", BpfSupport.Explain(Libc.EMFILE, null), StringComparison.Ordinal);

    [Fact]
    public void What_the_kernel_lacks_is_named() =>
        Assert.StartsWith(
            "cannot load an eBPF program that reads the kernel's memory: invalid argument; ", BpfSupport.Explain(EINVAL, null), StringComparison.Ordinal);
}
