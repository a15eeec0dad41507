using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Compares hookctl(1) with the output of <c>hookctl --help</c>.</summary>
public sealed partial class ManualPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "man", "hookctl.1"))
        .Replace("\\-", "-", StringComparison.Ordinal);

    [Fact]
    public void It_names_every_command_and_every_option() => AssertNamed([]);

    private static void AssertNamed(string[] command)
    {
        string help = new Command(Repository.HookCtl, [.. command.Select(word => (ByteString)word), "--help"]).Run().EnsureSuccess().OutputText;
        int at = help.IndexOf("\nCommands:\n", StringComparison.Ordinal);
        string[] options = [.. OptionNames().Matches(at < 0 ? help : help[..at]).Select(match => match.Value)];
        string[] commands = at < 0 ? [] : [.. CommandNames().Matches(help[at..]).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(options);
        Assert.All(options, option => Assert.Matches($"(?m)^\\..*{Regex.Escape(option)}(?![a-z-])", s_page));
        foreach (string name in commands)
        {
            Assert.Matches($"(?m)^\\.BR? (.* )?{Regex.Escape(name)}(?![a-z-])", s_page);
            AssertNamed([.. command, name]);
        }
    }

    [GeneratedRegex("(?<=^  .{0,40})--[a-z-]+", RegexOptions.Multiline)]
    private static partial Regex OptionNames();

    [GeneratedRegex("^  ([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex CommandNames();
}
