using System.CommandLine;
using HookCtl.Files;
using HookCtl.Output;
using Linux;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;

namespace HookCtl.Commands.Seccomp;

/// <summary>
/// <c>hookctl seccomp enforce</c>: a rule by which an image's containers get the profile that follows from its recording.
/// </summary>
internal static class EnforceCommand
{
    private const string EnforcePrefix = "seccomp-enforce-";
    private const string ComplainPrefix = "seccomp-complain-";

    private static readonly Argument<string> s_subject = SeccompOptions.Subject();

    private static readonly Option<bool> s_complain = new("--complain")
    {
        Description = "Deny nothing, and note what would be denied; hookctl seccomp denials shows it",
    };

    private static readonly Option<bool> s_watch = new("--watch")
    {
        Description = "Note what is denied; every system call of the machine takes longer as long as such a container runs",
    };

    private static readonly Option<bool> s_stop = new("--stop") { Description = "Remove the rule again" };

    internal static Command Make()
    {
        var command = new Command("enforce", "Give a recorded image's containers, or others, the profile that follows, from now on")
        {
            s_subject, s_complain, s_watch, s_stop,
            SeccompOptions.Exact, SeccompOptions.Ceiling, SeccompRules.DryRun, SeccompRules.RecorderOption,
        };
        ContainerOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken token)
    {
        Recording recording = SeccompOptions.Recordings(line).Find(line.GetValue(s_subject)!);
        string directory = SeccompRules.Directory(line);
        ContainerRule enforcing = RuleFor(line, recording, EnforcePrefix), complaining = enforcing with { Prefix = ComplainPrefix };
        FileChange[] removals = [.. SeccompRules.Removals(directory, enforcing), .. SeccompRules.Removals(directory, complaining)];
        int changed = SeccompRules.Make(line, line.GetValue(s_stop)
            ? [.. removals, ProfileChange(directory, enforcing, null)]
            : Additions(line, directory, recording, line.GetValue(s_complain) ? complaining : enforcing, removals));
        if (changed == 0 && !line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteLine(line.GetValue(s_stop) ? "it was not enforced" : "nothing is to be changed");
        }

        bool records = !line.GetValue(s_stop) && (line.GetValue(s_complain) || line.GetValue(s_watch));
        return records && !line.GetValue(SeccompRules.DryRun) ? await RecorderProbe.WarnAsync(SeccompRules.Recorder(line), token) : ExitCode.Fine;
    }

    private static FileChange[] Additions(
        ParseResult line, string directory, Recording recording, ContainerRule rule, FileChange[] removals)
    {
        FileChange profile = ProfileChange(
            directory, rule with { Prefix = EnforcePrefix }, ProfileJson.Write(SeccompOptions.Profile(line, recording)));
        string[] store = SeccompRules.StoreArguments(line);
        (string purpose, RecorderHook? hook) = rule.Prefix == ComplainPrefix
            ? ("tells what its seccomp profile would deny", new RecorderHook(
                SeccompRules.Recorder(line), ["hook", "--complain", profile.Path, .. store], ["precreate", "createRuntime", "poststop"]))
            : line.GetValue(s_watch)
            ? ("enforces a seccomp profile, and tells what that denies", new RecorderHook(
                SeccompRules.Recorder(line), ["hook", "--watch", profile.Path, .. store], ["createRuntime", "poststop"]))
            : ("enforces a seccomp profile", null);
        string? enforced = rule.Prefix == EnforcePrefix ? profile.Path : null;
        byte[] text = rule.Text($"{purpose}; hookctl seccomp enforce --stop removes it", enforced, hook);
        FileChange addition = SeccompRules.Addition(directory, rule, text);
        return [profile, addition, .. removals.Where(removal => removal.Path != addition.Path)];
    }

    /// <summary>The rule's profile, in a directory beside that of the rules.</summary>
    private static FileChange ProfileChange(string directory, ContainerRule rule, byte[]? text)
    {
        string file = Path.Combine(Path.GetDirectoryName(directory) ?? "/", "seccomp", rule.FileName[EnforcePrefix.Length..]);
        return new FileChange(file, FileChange.Read(file), text);
    }

    /// <summary>
    /// The containers that the command line describes, else those of the same image, to the digest: another version of the image may make
    /// other calls.
    /// </summary>
    private static ContainerRule RuleFor(ParseResult line, Recording recording, string prefix)
    {
        ContainerRule rule = ContainerOptions.Rule(line, prefix);
        return !rule.IsEmpty ? rule
            : recording.Subject.StartsWith("sha256:", StringComparison.Ordinal) ? rule with { Digests = [recording.Subject] }
            : recording.Image is { } image ? rule with { Images = [image] }
            : recording.Runs is [.., { Name: { } name }] ? rule with { Names = [name] }
            : throw new OciHooksException(
                $"{recording.Subject}: neither its image nor its containers have a name by which a rule knows them; "
                + "say which containers it is for: --name, --annotation or the like");
    }
}
