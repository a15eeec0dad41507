using HookEngine;
using SeccompRecorder.Bpf;
using SeccompRecorder.Notify;

namespace SeccompRecorder;

/// <summary>
/// Records the system calls of containers. Hooks call it, and nothing of it runs in between, but for a listener where there is no eBPF.
/// </summary>
internal static class Program
{
    private static int Main(string[] words)
    {
        if (words is ["--help"])
        {
            Console.Out.WriteLine(Arguments.Usage);
            return 0;
        }

        try
        {
            Arguments arguments = Arguments.Parse(words);
            byte[] input = HookState.ReadInput();
            switch (arguments.Verb)
            {
                case "hook": return RunHook(arguments, input);
                case "start": StartCommand.Run(arguments, HookState.Parse(input)); break;
                case "stop": return StopCommand.Run(arguments, HookState.Parse(input));
                case "listen": NotifyCommand.Listen(arguments); break;
                case "mark": Write(ConfigurationEdit.Mark(input)); break;
                default: throw new OciHooksException($"unknown command {arguments.Verb}; {Arguments.Usage}");
            }

            return 0;
        }
        catch (OciHooksException failure)
        {
            Console.Error.WriteLine($"seccomp-recorder: {failure.Message}");
            return failure.ExitStatus;
        }
    }

    /// <summary>One rule is for three stages: what comes in tells which it is.</summary>
    private static int RunHook(Arguments arguments, byte[] input)
    {
        if (RecordedContainer.IsConfiguration(input))
        {
            Write(Configure(arguments, input));
            return 0;
        }

        HookState state = HookState.Parse(input);
        if (state.IsStopped)
        {
            return StopCommand.Run(arguments, state);
        }

        StartCommand.Run(arguments, state);
        return 0;
    }

    private static byte[] Configure(Arguments arguments, byte[] config) =>
        arguments.Notifies || !BpfSupport.IsThere(arguments.Places) ? NotifyCommand.Begin(config, arguments) : ConfigurationEdit.Mark(config);

    private static void Write(byte[] text)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write(text);
    }
}
