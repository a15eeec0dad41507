using System.CommandLine;
using HookCtl.Output;
using SeccompProfiles.Recordings;

namespace HookCtl.Commands.Seccomp;

/// <summary><c>hookctl seccomp merge</c>: recordings of replicas, of tags of one image, or of other machines, as one.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string[]> s_subjects = new("IMAGE")
    {
        Description = "Recordings: images, digests, names of containers, or files",
        Arity = new ArgumentArity(2, 1000),
    };

    internal static Command Make()
    {
        var command = new Command("merge", "Make one recording of several, and tell what each adds") { s_subjects, SeccompOptions.Output };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult line)
    {
        RecordingSearch recordings = SeccompOptions.Recordings(line);
        Recording? merged = null;
        foreach (string subject in line.GetValue(s_subjects)!)
        {
            Recording next = recordings.Find(subject);
            if (merged is not null)
            {
                IReadOnlyList<string> added = next.CallsMissingIn(merged);
                Console.Error.WriteLine(Screen.Sanitize($"{subject} adds {(added.Count == 0 ? "nothing" : string.Join(' ', added))}"));
            }

            merged = merged?.Merge(next) ?? next;
        }

        SeccompOptions.WriteOut(line, RecordingJson.Write(merged!));
        return ExitCode.Fine;
    }
}
