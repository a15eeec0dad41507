using System.CommandLine;
using System.CommandLine.Invocation;
using HookCtl.Commands;
using HookCtl.Commands.Completion;
using HookCtl.Commands.Doctor;
using HookCtl.Commands.Eject;
using HookCtl.Commands.Explain;
using HookCtl.Commands.Inject;
using HookCtl.Commands.Install;
using HookCtl.Commands.List;
using HookCtl.Commands.Log;
using HookCtl.Commands.Schema;
using HookCtl.Commands.Seccomp;
using HookCtl.Commands.Stats;
using HookCtl.Commands.Validate;
using HookCtl.Output;
using HookCtl.Processes;
using Linux;

namespace HookCtl;

/// <summary>The administrator's tool: one command, one folder.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        try
        {
            // A hook's argument may begin with @: it names no file of arguments.
            ParseResult line = CommandTree().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (line.Errors.Count == 0)
            {
                return await RunAsync(line);
            }

            foreach (System.CommandLine.Parsing.ParseError error in line.Errors)
            {
                Screen.WriteError(error.Message);
            }

            Screen.WriteError("see hookctl --help");
            return ExitCode.Usage;
        }
        catch (OciHooksException failure)
        {
            Screen.WriteError(failure.Message);
            return ExitCode.Failed;
        }
#pragma warning disable CA1031 // Whatever else goes wrong is a defect, and must be told in the same way.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            Screen.WriteError($"internal error, please report it: {defect.GetType().Name}: {defect.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>Runs a command. One that starts other programs is asynchronous, so that it can end them when hookctl is asked to end.</summary>
    private static async Task<int> RunAsync(ParseResult line)
    {
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        if (line.Action is not AsynchronousCommandLineAction)
        {
            return line.Invoke(configuration);
        }

        CancellationToken token = TerminationSignals.Watch();
        try
        {
            return await line.InvokeAsync(configuration, token);
        }
        finally
        {
            TerminationSignals.EndIfAsked();
        }
    }

    /// <summary>All commands and their options, from which help and completion are made, too.</summary>
    internal static RootCommand CommandTree() => new("Validates, explains and installs OCI hooks.")
    {
        GlobalOptions.Config,
        GlobalOptions.Json,
        ListCommand.Make(),
        InjectCommand.Make(),
        EjectCommand.Make(),
        LogCommand.Make(),
        StatsCommand.Make(),
        DoctorCommand.Make(),
        SchemaCommand.Make(),
        SeccompCommand.Make(),
        ValidateCommand.Make(),
        ExplainCommand.Make(),
        CompletionCommand.Make(),
        InstallCommand.Make(),
        InstallCommand.MakeUninstall(),
    };
}
