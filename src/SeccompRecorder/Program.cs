using Linux;
using SeccompRecorder.Bpf;
using SeccompRecorder.Commands;
using SeccompRecorder.State;

namespace SeccompRecorder;

/// <summary>Records the system calls of containers. Hooks run it, and no process of it runs in between.</summary>
internal static class Program
{
    /// <summary>The variable in which a rule of <c>hookctl seccomp</c> names the stage of its hook.</summary>
    private const string StageVariable = "OCIHOOKS_STAGE";

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
            if (arguments.Verb == "check")
            {
                return BpfSupport.FindProblem(arguments.RecorderPaths) is { } problem ? throw new OciHooksException(problem) : 0;
            }

            if (arguments.Verb == "collect")
            {
                StopCommand.Run(arguments.RecorderPaths, null);
                return 0;
            }

            byte[] input = HookState.ReadInput();
            switch (arguments.Verb)
            {
                case "hook": return RunHook(arguments, input);
                case "start": return Start(arguments, HookState.Parse(input));
                case "stop": StopCommand.Run(arguments.RecorderPaths, HookState.Parse(input)); break;
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
#pragma warning disable CA1031 // Any other exception is a defect, and must be reported in the same way.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            Console.Error.WriteLine($"seccomp-recorder: internal error, please report it: {defect.GetType().Name}: {defect.Message}");
            return OciHooksException.WrapperFailure;
        }
    }

    /// <summary>
    /// Runs a hook for one of three stages. The rule names the stage. Rules of version 0.1 do not, so the stage follows from the input.
    /// </summary>
    private static int RunHook(Arguments arguments, byte[] input)
    {
        string? stage = Environment.GetEnvironmentVariable(StageVariable);
        if (stage is null ? RecordedContainer.IsConfiguration(input) : stage == "precreate")
        {
            Write(BpfSupport.IsThere(arguments.RecorderPaths) ? ConfigurationEdit.Mark(input) : input);
            return 0;
        }

        HookState state = HookState.Parse(input);
        if (stage is null ? state.IsEnded : stage == "poststop")
        {
            StopCommand.Run(arguments.RecorderPaths, state);
            return 0;
        }

        return Start(arguments, state);
    }

    /// <summary>
    /// Starts a recording and reports a failure. If recording is impossible here, that is the reported reason, whatever failed first.
    /// </summary>
    private static int Start(Arguments arguments, HookState state)
    {
        try
        {
            StartCommand.Run(arguments, state);
            return 0;
        }
        catch (OciHooksException failure)
        {
            RecorderEvent.WriteNotRecorded(state.Id, null, null, BpfSupport.FindProblem(arguments.RecorderPaths) ?? failure.Message);
            StopCommand.FinishOrphans(arguments.RecorderPaths);
            return failure.ExitStatus;
        }
    }

    private static void Write(byte[] text)
    {
        try
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(text);
        }
        catch (IOException failure)
        {
            throw new OciHooksException($"cannot write standard output: {failure.Message}; call this as a hook");
        }
    }
}
