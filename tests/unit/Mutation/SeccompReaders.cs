using System.Text;
using HookCtl.Runs;
using HookEngine.Linux;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;
using SeccompRecorder;

namespace Tests.Unit.Mutation;

/// <summary>Readers of recordings, profiles and of what was logged.</summary>
internal static class SeccompReaders
{
    private const string Recording = """
        {"version":"ocihooks-seccomp/1","subject":"sha256:1","image":"docker.io/library/nginx:1","architecture":"SCMP_ARCH_X86_64","runCount":2,
         "runs":[{"time":"2025-01-31T12:00:00Z","container":"c1","name":"web","new":["read"]}],
         "calls":{"SCMP_ARCH_X86_64":{"read":{"count":3,"process":"sh","pid":7},"write":{"count":1,"process":"sh","pid":7}}}}
        """;

    private const string Profile = """
        {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"architectures":["SCMP_ARCH_X86_64"],
         "archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86"]}],
         "syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"valueTwo":2,"op":"SCMP_CMP_EQ"}],
          "includes":{"caps":["CAP_SYS_ADMIN"],"minKernel":"4.8","arches":["amd64"]},"excludes":{}},{"name":"write","action":"SCMP_ACT_ALLOW","errnoRet":1}]}
        """;

    private const string Config = """
        {"ociVersion":"1.0.2","root":{"path":"r"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","flags":["SECCOMP_FILTER_FLAG_TSYNC"],
         "listenerPath":"/run/x","listenerMetadata":"ocihooks-seccomp-recorder","syscalls":[]}},"annotations":{"io.containers.trace-syscall":"of:/p"}}
        """;

    private const string State = """{"ociVersion":"1.0.2","id":"c1","status":"stopped","pid":7,"bundle":"/b","annotations":{"io.containers.trace-syscall":"of:/p"}}""";

    internal static IReadOnlyList<MutatedReader> All { get; } =
    [
        new("recording", "/FILE", (text, _) => Rewrite(RecordingJson.Read(text, "/FILE")), Recording),
        new("seccomp profile", "/FILE", (text, _) => ProfileJson.Write(ProfileReader.Read(text, "/FILE", ProfileConditions.ThisMachine)), Profile),
        new("seccomp profile of a rule", "", (text, _) => HookEngine.Edits.SeccompProfile.FindProblem(text), Profile, """{"defaultAction":"SCMP_ACT_ALLOW"}"""),
        new("log of denials", "denials", ReadDenials,
            """{"time":"2025-01-31T12:00:00Z","image":"nginx","container":"c1","name":null,"call":"read","process":"sh","count":3,"isEnforced":true}"""),
        new("journal entry", "", (text, _) => ReadEntry(Encoding.UTF8.GetString(text)),
            """{"__REALTIME_TIMESTAMP":"1738324800000000","__CURSOR":"s=1","MESSAGE_ID":"x","MESSAGE":[104,105],"OCIHOOKS_HOOK":["/a","/b"],"OCIHOOKS_EXIT_CODE":"3","OCIHOOKS_DURATION_MS":"5"}"""),
        new("line of log.file", "", (text, _) => FileRuns.Record(text),
            """{"time":"2025-01-31T12:00:00Z","level":"error","message":"x","ocihooksHook":"/a","ocihooksExitCode":3,"ocihooksDurationMs":5,"ocihooksStderr":"y"}"""),
        new("state of a recorded container", "standard input", (text, _) => HookState.Parse(text), State),
        new("note of a recording", "", ReadNote,
            """{"name":"n","slot":1,"denialSlot":-1,"filters":1,"container":"c1","pid":7,"startTime":5,"keys":[1,2],"cgroupLevel":3,"subject":"s","image":null,"containerName":"w","traceOrder":null,"isStored":true,"profile":null,"enforcedProfile":null,"store":"/s"}"""),
        new("recorded config.json", "config.json", ReadConfiguration, Config, State),
    ];

    private static void Rewrite(Recording recording)
    {
        _ = RecordingJson.Read(RecordingJson.Write(recording), "/FILE");
        _ = recording.Merge(recording);
    }

    private static void ReadDenials(byte[] text, MutatedFiles files)
    {
        _ = files.Write("denials", text);
        foreach (Denial denial in new DenialLog(new FilePath(files.Root)).Read())
        {
            _ = denial.Image.Length + denial.Container.Length + denial.Call.Length + denial.Process.Length;
        }
    }

    private static void ReadEntry(string line)
    {
        if (JournalRuns.Fields(line) is { } fields)
        {
            _ = HookRun.Of(DateTimeOffset.UnixEpoch, fields);
        }
    }

    private static void ReadNote(byte[] text, MutatedFiles files)
    {
        _ = files.Write("n.json", text);
        _ = OngoingRecording.Read(new FilePath(files.Root), "n");
    }

    private static void ReadConfiguration(byte[] text, MutatedFiles files)
    {
        string file = files.Write("config.json", text);
        var state = new HookState("c1", 1, Path.GetDirectoryName(file)!, false, null);
        _ = RecordedContainer.IsConfiguration(text);
        _ = RecordedContainer.Read(state);
        Expect("standard input", () => ConfigurationEdit.Mark(text));
    }

    /// <summary>Of what has another name.</summary>
    private static void Expect(string name, Action read)
    {
        try
        {
            read();
        }
        catch (HookEngine.OciHooksException error)
        {
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }
}
