using System.CommandLine;
using System.Text;
using HookCtl.Output;

namespace HookCtl.Commands.Completion;

/// <summary><c>hookctl completion</c>: a bash(1) completion script, made from the command tree.</summary>
internal static class CompletionCommand
{
    // The command is what the words before the cursor come to, options left out; what has no other completion is a file.
    private const string Frame = """
        # bash completion for hookctl; made by: hookctl completion
        _hookctl() {
            local word command='' words='' current=${COMP_WORDS[COMP_CWORD]}
            for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                case "$command $word" in
        @PATHS@
                        command="${command:+$command }$word" ;;
                esac
            done
            case "$command" in
        @WORDS@
            esac
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
            [[ ${#COMPREPLY[@]} -gt 0 ]] || mapfile -t COMPREPLY < <(compgen -f -- "$current")
        }
        complete -o filenames -F _hookctl hookctl

        """;

    internal static Command Make()
    {
        var command = new Command("completion", "Print a completion script for bash; put it into /usr/share/bash-completion/completions/hookctl");
        command.SetAction(line =>
        {
            Screen.WriteText(Script((RootCommand)line.RootCommandResult.Command));
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>The script for a tree of commands.</summary>
    internal static string Script(RootCommand root)
    {
        var paths = new List<string>();
        var words = new StringBuilder();
        Walk(root, "", paths, words);
        return Frame
            .Replace("@PATHS@", string.Join(" |\\\n", paths.Select(path => $"            \"{path}\"")) + ")", StringComparison.Ordinal)
            .Replace("@WORDS@\n", words.ToString(), StringComparison.Ordinal);
    }

    private static void Walk(Command command, string path, List<string> paths, StringBuilder words)
    {
        IEnumerable<Command> children = command.Subcommands.Where(child => !child.Hidden);
        words.Append($"        \"{path}\") words=\"{string.Join(' ', [.. children.Select(child => child.Name), .. Options(command)])}\" ;;\n");
        foreach (Command child in children)
        {
            // As the script puts it together: the command so far, a space, and the word.
            paths.Add($"{path} {child.Name}");
            Walk(child, path.Length == 0 ? child.Name : $"{path} {child.Name}", paths, words);
        }
    }

    /// <summary>A command's own options, and those of the commands above it that are for all below.</summary>
    private static IEnumerable<string> Options(Command command)
    {
        IEnumerable<Option> inherited = command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive));
        return command.Options.Concat(inherited).Where(option => !option.Hidden).Select(option => option.Name).Distinct();
    }
}
