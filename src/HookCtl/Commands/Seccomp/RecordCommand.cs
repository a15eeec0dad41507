using System.CommandLine;
using HookCtl.Files;
using HookCtl.Output;

namespace HookCtl.Commands.Seccomp;

/// <summary><c>hookctl seccomp record</c>: a rule whose hooks record the system calls of the containers that it is for.</summary>
internal static class RecordCommand
{
    /// <summary>That of oci-seccomp-bpf-hook: a rule for it is for what its value says, too.</summary>
    private const string TraceAnnotation = "io.containers.trace-syscall";

    private const string Prefix = "seccomp-record-";
    private const string Description = "records system calls; hookctl seccomp record --stop removes it";

    private static readonly Option<string?> s_subject = new("--as")
    {
        Description = "File what is recorded under this name, not under the image's digest",
        HelpName = "NAME",
    };

    private static readonly Option<string?> s_profiles = new("--profiles")
    {
        Description = $"With --annotation {TraceAnnotation}=GLOB: profiles are written to files in this directory only",
        HelpName = "DIR",
    };

    private static readonly Option<bool> s_stop = new("--stop") { Description = "Remove the rule; without conditions all such rules" };

    internal static Command Make()
    {
        var command = new Command("record", "Record the system calls of containers that start from now on, until --stop")
        {
            s_subject, s_profiles, s_stop, SeccompRules.DryRun, SeccompRules.RecorderOption,
        };
        ContainerOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken token)
    {
        ContainerRule rule = ContainerOptions.Rule(line, Prefix);
        bool stops = line.GetValue(s_stop);
        if (rule.IsEmpty && !stops)
        {
            Screen.WriteError("say which containers to record: --image, --name, --label or --annotation");
            return ExitCode.Usage;
        }

        if (line.GetValue(s_profiles) is not null && !rule.Annotations.ContainsKey(TraceAnnotation))
        {
            Screen.WriteError($"--profiles is for the files that annotations name; give --annotation '{TraceAnnotation}=*', too");
            return ExitCode.Usage;
        }

        string directory = SeccompRules.Directory(line);
        int changed = SeccompRules.Make(line, stops ? SeccompRules.Removals(directory, rule) : [Addition(line, directory, rule)]);
        if (line.GetValue(SeccompRules.DryRun))
        {
            return ExitCode.Fine;
        }

        if (stops)
        {
            await RecorderProbe.CollectAsync(token);
        }

        if (!stops && await RecorderProbe.WarnAsync(SeccompRules.Recorder(line), token) is not ExitCode.Fine and var code)
        {
            return code;
        }

        if (line.GetValue(GlobalOptions.Json))
        {
            return ExitCode.Fine;
        }

        if (changed == 0)
        {
            Screen.WriteLine(stops ? "nothing is being recorded" : "it is being recorded already");
        }
        else if (!stops)
        {
            Screen.WriteLine("start the containers, let them do all that they do, and stop them; then: hookctl seccomp show");
        }

        return ExitCode.Fine;
    }

    private static FileChange Addition(ParseResult line, string directory, ContainerRule rule)
    {
        string[] following = rule.Annotations.ContainsKey(TraceAnnotation) ? ["--follow-annotation"] : [];
        string[] profiles = line.GetValue(s_profiles) is { } place ? ["--profiles", Path.GetFullPath(place)] : [];
        string[] subject = line.GetValue(s_subject) is { } name ? ["--as", name] : [];
        var hook = new RecorderHook(
            SeccompRules.Recorder(line),
            ["hook", .. subject, .. following, .. profiles, .. SeccompRules.StoreArguments(line)],
            ["precreate", "createRuntime", "poststop"]);
        return SeccompRules.Addition(directory, rule, rule.Text(Description, null, hook));
    }
}
