using System.CommandLine;
using HookCtl.Containers;
using HookCtl.Engines;
using HookCtl.Files;
using HookCtl.Output;
using HookEngine.Model;
using HookEngine.Reading.Rules;

namespace HookCtl.Commands.Explain;

/// <summary><c>hookctl explain</c>: which hooks a container gets, and why.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> s_target = new("BUNDLE|CONTAINER")
    {
        Description = "A directory with a config.json or such a file, or a container's ID, the beginning of its ID, or its name",
    };

    private static readonly Option<bool> s_diff = new("--diff")
    {
        Description = "Show the change to config.json, both sides indented",
    };

    internal static Command Make()
    {
        var command = new Command("explain", "Show for each rule whether it is for a container and why, and the hooks that result")
        {
            s_target,
            s_diff,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken token)
    {
        WrapperSettings settings = GlobalOptions.ReadSettings(line);
        RuleSet rules = RuleSet.Load(settings.HooksDirs, settings.OnMissingHook, settings.Trust);
        ExplainedBundle bundle = await FindAsync(line.GetRequiredValue(s_target), token);
        Explanation explanation = Explanation.Of(bundle, rules, settings, line.GetValue(s_diff));
        if (line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteJson(explanation, ExplainJson.Default.Explanation);
        }
        else
        {
            ExplanationView.Show(explanation);
        }

        return explanation.Refused is null ? ExitCode.Fine : ExitCode.Problems;
    }

    /// <summary>A path that is there, or can be nothing else, is a bundle.</summary>
    private static async Task<ExplainedBundle> FindAsync(string target, CancellationToken token)
    {
        string inside = Path.Combine(target, "config.json");
        if (File.Exists(inside))
        {
            return new ExplainedBundle(inside, null);
        }

        if (File.Exists(target))
        {
            return new ExplainedBundle(target, null);
        }

        if (target.StartsWith('/') || target.StartsWith('.'))
        {
            return new ExplainedBundle(Directory.Exists(target) ? inside : target, null);
        }

        FoundContainer container = await ContainerSearch.FindAsync(target, new EngineFiles(), token);
        return new ExplainedBundle(container.Config, container);
    }
}

/// <summary>What is to be explained.</summary>
/// <param name="Config">The config.json.</param>
/// <param name="Container">The container whose it is; null if a bundle was named.</param>
internal sealed record ExplainedBundle(string Config, FoundContainer? Container);
