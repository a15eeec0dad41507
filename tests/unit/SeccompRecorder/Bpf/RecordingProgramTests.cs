using System.Runtime.CompilerServices;
using Linux;
using SeccompRecorder.Bpf;

namespace UnitTests.SeccompRecorder.Bpf;

public sealed class RecordingProgramTests
{
    private static readonly string[] s_structures =
        ["task_struct", "seccomp", "thread_info", "nsproxy", "mnt_namespace", "pid_namespace", "ns_common"];

    /// <summary>Includes the program for kernels before 5.11, and for another architecture.</summary>
    [Theory]
    [Trait("Needs", "root")]
    [InlineData(true, false, false)]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public void The_kernel_accepts_it(bool readsDirectly, bool isArm, bool isAtExit)
    {
        byte[] types = File.ReadAllBytes("/sys/kernel/btf/vmlinux");
        KernelOffsets offsets = KernelOffsets.Of(new KernelTypes(types, s_structures), "boot", isArm);
        var maps = new SharedMaps(
            BpfObject.CreateHash("test"u8, ContainerEntry.Size, 8),
            BpfObject.CreateArray("test"u8, CallRecord.Size, CallRecord.SlotLength),
            BpfObject.CreateArray("test"u8, ContainerPrefilter.Size, 1));
        Assert.True(maps is { Containers: >= 0, Records: >= 0, ContainerPrefilter: >= 0 });
        int program = BpfObject.LoadProgram("test"u8, RecordingProgram.Make(offsets, maps, readsDirectly, isArm, isAtExit), out string log);
        Assert.True(program >= 0, log);
        foreach (int descriptor in (int[])[program, maps.Containers, maps.Records, maps.ContainerPrefilter])
        {
            _ = Libc.close(descriptor);
        }
    }

    [Fact]
    public void Offsets_are_read_as_they_were_written()
    {
        var offsets = new KernelOffsets
        {
            Boot = "b",
            FilterCount = 1,
            CallMode = 2,
            Namespaces = 3,
            MountNamespace = 4,
            MountNumber = 5,
            PidNamespace = 6,
            PidNumber = 7,
            PidParent = 8,
            PidFirstProcess = 9,
            ThreadGroupLeader = 10,
            StartTime = 11,
            Traced = 12,
        };
        Assert.Equal(offsets, KernelOffsets.Parse(offsets.ToString(), "b"));
        Assert.Null(KernelOffsets.Parse(offsets.ToString(), "c"));
        Assert.Null(KernelOffsets.Parse("b 1 2 3", "b"));
        Assert.Null(KernelOffsets.Parse("b 1 2 3 4 5 6 7 8 9 10 11 x", "b"));
    }

    [Fact]
    public void A_field_that_a_kernel_lacks_is_named_with_the_first_that_has_it()
    {
        byte[] types = [0x9f, 0xeb, 1, 0, 24, 0, 0, 0, .. new byte[16]];
        OciHooksException problem = Assert.Throws<OciHooksException>(
            () => KernelOffsets.Of(new KernelTypes(types, s_structures), "", false));
        Assert.Contains("ns_common.inum", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Structures_have_the_sizes_that_the_program_knows()
    {
        Assert.Equal(CallRecord.Size, Unsafe.SizeOf<CallRecord>());
        Assert.Equal(ContainerEntry.Size, Unsafe.SizeOf<ContainerEntry>());
        Assert.Equal(ContainerPrefilter.Size, Unsafe.SizeOf<ContainerPrefilter>());
    }
}
