using System.CommandLine;
using System.CommandLine.Parsing;
using HookEngine.Model;

namespace HookCtl.Commands.Inject;

/// <summary>The options that give one hook on the command line, in place of the rules.</summary>
internal sealed class HookOptions
{
    private readonly Option<string?> _hook = new("--hook")
    {
        Description = "Inject this program, whatever the rules say; needs --stage",
        HelpName = "PATH",
    };

    private readonly Option<string[]> _stages = new("--stage")
    {
        Description = $"When it runs: {string.Join(", ", HookStages.Names)}; may be repeated",
        HelpName = "STAGE",
    };

    private readonly Option<string[]> _args = new("--arg")
    {
        Description = "An argument after its name, which is its path; may be repeated; write --arg=VALUE for a value that begins with -",
        HelpName = "VALUE",
    };

    private readonly Option<string[]> _environment = new("--env")
    {
        Description = "A variable of its environment, which is otherwise the runtime's; may be repeated",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<long?> _timeout = new("--timeout") { Description = "Its limit", HelpName = "SECONDS" };

    private readonly Option<bool> _first = new("--first") { Description = "Put it before the hooks that are there, not after them" };

    internal void AddTo(Command command)
    {
        _hook.Validators.Add(result => Check(result, path => path.StartsWith('/') ? null : "must be an absolute path"));
        _stages.Validators.Add(result => Check(
            result, name => HookStages.Parse(name) is null ? $"is no stage; use {string.Join(", ", HookStages.Names)}" : null));
        _environment.Validators.Add(result => Check(
            result, entry => entry.IndexOf('=', StringComparison.Ordinal) > 0 ? null : "must be KEY=VALUE"));
        _timeout.Validators.Add(result => Check(
            result, text => int.TryParse(text, out int seconds) && seconds > 0 ? null : "must be a whole number of seconds above 0"));
        _stages.CompletionSources.Add(_ => HookStages.Names.Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        foreach (Option option in (Option[])[_hook, _stages, _args, _environment, _timeout, _first])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(CheckTogether);
    }

    /// <summary>The hook, once a stage; null if none is given.</summary>
    internal List<PlannedHook>? Read(ParseResult line)
    {
        if (line.GetValue(_hook) is not { } path)
        {
            return null;
        }

        var hook = new Hook(path, [path, .. line.GetValue(_args) ?? []], line.GetValue(_environment), line.GetValue(_timeout));
        bool first = line.GetValue(_first);
        return [.. line.GetValue(_stages)!.Select(name => new PlannedHook(HookStages.Parse(name)!.Value, hook, null, first))];
    }

    private static void Check(OptionResult result, Func<string, string?> findProblem)
    {
        foreach (Token token in result.Tokens)
        {
            if (findProblem(token.Value) is { } problem)
            {
                result.AddError($"{result.Option.Name}: \"{token.Value}\" {problem}");
            }
        }
    }

    private void CheckTogether(CommandResult command)
    {
        bool hasHook = command.GetResult(_hook) is not null;
        if (hasHook && command.GetResult(_stages) is null)
        {
            command.AddError("--hook: needs --stage, to say when it runs");
        }

        foreach (Option option in (Option[])[_stages, _args, _environment, _timeout, _first])
        {
            if (!hasHook && command.GetResult(option) is { Implicit: false })
            {
                command.AddError($"{option.Name}: needs --hook, the program to inject");
            }
        }
    }
}
