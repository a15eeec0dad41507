using System.CommandLine;
using System.Text;
using HookEngine.Rules;
using HookEngine.Supervision;
using RuncWrap;
using RuncWrap.Supervision;
using Tests.Unit.RuncWrap;

namespace Tests.Unit.Mutation;

/// <summary>Readers of command lines; a NUL character ends a word.</summary>
internal static class CommandLineReaders
{
    private static readonly RootCommand s_hookctl = global::HookCtl.Program.CommandTree();

    internal static IReadOnlyList<MutatedReader> All { get; } =
    [
        new("runc-wrap's command line", "", (text, _) => ReadWrapper(Words(text)),
            "--root\0/r\0--log=/l\0--wrap-config\0/c\0create\0--bundle\0/b\0--pid-file=/p\0-f\0/c.json\0id",
            "--hook-config-path=/h\0--runtime-path\0/r\0run\0-db/b\0--\0-id",
            "--systemd-cgroup\0restore\0--image-path\0/i\0id",
            "ocihooks-supervisor\0--stage=poststop\0--\0/bin/true\0x"),
        new("hookctl's command line", "", (text, _) => s_hookctl.Parse(Words(text), new ParserConfiguration { ResponseFileTokenReplacer = null }),
            "inject\0/bundle\0--config\0/c\0--stage\0poststop\0--hook\0/bin/true\0--\0-x",
            "seccomp\0enforce\0nginx\0--ceiling\0docker\0--watch", "log\0--failed\0--since\02h ago\0--json", "install\0docker\0--name=hooked\0--default"),
        new("seccomp-recorder's command line", "usage", (text, _) => SeccompRecorder.Arguments.Parse(Words(text)),
            "hook\0--as\0nginx\0--store\0/s\0--state\0/t\0--complain\0/p\0--follow-annotation\0--notify", "listen\0--store\0/s\0--state\0/t\0--as\0x"),
        new("supervisor's order", "", (text, _) => ReadOrder(Words(text)),
            "ocihooks-supervisor\0--stage=createRuntime\0--rule=/r\0--timeout-ms=30000\0--grace-ms=2000\0--on-failure=abort\0--log-level=debug\0--limit-added\0"
            + "--sha256=00\0--log-journald\0--log-stderr\0--log-file=/l\0--pid-variable=A\0--\0/bin/true\0a"),
        new("state of a container", "", (text, _) => ContainerState.Parse(text),
            """{"ociVersion":"1.0.2","id":"c1","status":"created","pid":7,"bundle":"/b","annotations":{"a":"b"}}"""),
    ];

    private static string[] Words(byte[] text) => Encoding.UTF8.GetString(text).Split('\0');

    private static unsafe void ReadWrapper(string[] words)
    {
        using var arguments = new NativeStrings(["runc-wrap", .. words]);
        byte* none = null;
        Invocation invocation = CommandLine.Parse(arguments.Count, arguments.Pointer, &none);
        byte** result = stackalloc byte*[arguments.Count + 1];
        CommandLine.CopyForRuntime(invocation, arguments.Pointer[0], result);
    }

    private static void ReadOrder(string[] words)
    {
        _ = SupervisorOrder.Parse(words);
        if (SupervisorOrder.Of(new Hook("/usr/bin/runc-wrap", words, ["A=b", "C", ""], null)) is { } known)
        {
            _ = known.Order.Arguments(known.Hook);
            _ = known.Order.Environment(known.Hook.Env);
        }
    }
}
