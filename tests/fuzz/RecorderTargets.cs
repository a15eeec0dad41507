using System.Text;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;
using SeccompRecorder.Bpf;
using SeccompRecorder.Commands;
using SeccompRecorder.State;

namespace Fuzz;

/// <summary>Readers of the recorder's input and of files that it and others wrote: states, recordings, profiles.</summary>
internal static class RecorderTargets
{
    internal static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("recorder-state", text => _ = HookState.Parse(text),
            "{\"id\":\"c\",\"pid\":1,\"bundle\":\"/b\",\"status\":\"stopped\",\"annotations\":{\"io.containers.trace-syscall\":\"of:/a.json\"}}"),
        new("recorder-config", Configuration, "tests/samples/*config.json"),
        new("trace-order", text => _ = TraceRequest.Parse(Encoding.UTF8.GetString(text), "/d"), "of:/d/a.json", "if:/d/b.json;of:/d/a.json"),
        new("kernel-offsets", text => _ = KernelOffsets.Parse(Encoding.UTF8.GetString(text), "b"), "b 1 2 3 4 5 6 7 8 9"),
        new("recording", text => _ = RecordingJson.Read(text, "f"), "tests/samples/seccomp-recording.json"),
        new("profile", text => _ = ProfileReader.Read(text, "f", ProfileConditions.ThisMachine),
            "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":[\"SCMP_ARCH_X86\"]}],\"syscalls\":[{\"names\":[\"read\"],"
            + "\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"minKernel\":\"4.8\",\"caps\":[\"CAP_SYS_ADMIN\"],\"arches\":[\"amd64\"]},\"args\":[{\"index\":0,\"value\":18446744073709551615,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}"),
    ];

    private static void Configuration(byte[] text)
    {
        if (RecordedContainer.IsConfiguration(text))
        {
            _ = RecordedContainer.HasSeccomp(text);
        }

        _ = ConfigurationEdit.Mark(text);
    }
}
