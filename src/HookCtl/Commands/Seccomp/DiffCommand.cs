using System.CommandLine;
using System.Text.Json.Serialization;
using HookCtl.Output;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;
using Spectre.Console;

namespace HookCtl.Commands.Seccomp;

/// <summary><c>hookctl seccomp diff</c>: what a recording's profile allows that another does not, and the other way round.</summary>
internal static class DiffCommand
{
    private static readonly Style s_risky = new(Color.Red);

    private static readonly Argument<string> s_subject = SeccompOptions.Subject();

    private static readonly Option<string> s_against = new("--against")
    {
        Description = "A profile, docker for Docker's default, or another recording",
        HelpName = "PROFILE|IMAGE",
        DefaultValueFactory = _ => "docker",
    };

    internal static Command Make()
    {
        var command = new Command("diff", "Show what a recording's profile allows beyond another, and what it takes away")
        {
            s_subject, s_against, SeccompOptions.Exact, SeccompOptions.Ceiling,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult line)
    {
        RecordingSearch recordings = SeccompOptions.Recordings(line);
        string against = line.GetValue(s_against)!;
        Recording recording = recordings.Find(line.GetValue(s_subject)!);
        SeccompProfile before = SeccompOptions.IsProfile(against)
            ? SeccompOptions.Named(against, recording.Native)
            : SeccompOptions.Profile(line, recordings.Find(against));
        SeccompProfile after = SeccompOptions.Profile(line, recording);
        ProfileComparison comparison = ProfileComparison.Between(before, after);
        if (line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteJson(comparison, DiffJson.Default.ProfileComparison);
        }
        else
        {
            Show(comparison, against);
        }

        return comparison.Groups.Any(group => group.Added.Count > 0) ? ExitCode.Problems : ExitCode.Fine;
    }

    private static void Show(ProfileComparison comparison, string against)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("Group", "Allowed beyond it", "Taken away");
        foreach (ComparedGroup group in comparison.Groups)
        {
            table.AddRow(Screen.Cell(group.Name), Screen.Cell(Lines(group.Added)), Screen.Cell(Lines(group.Removed)));
        }

        if (comparison.Groups.Count > 0)
        {
            Screen.Write(table);
        }

        int added = comparison.Groups.Sum(group => group.Added.Count), removed = comparison.Groups.Sum(group => group.Removed.Count);
        Screen.WriteLine($"against {against}: {comparison.Same} calls are the same, {added} more are allowed, {removed} are taken away");
        foreach (string risk in comparison.Groups.SelectMany(group => group.Risks))
        {
            Screen.WriteLine(("risk: ", s_risky), (risk, Style.Plain));
        }

        string[] avoided = [.. comparison.Groups.SelectMany(group => group.Avoided)];
        if (avoided.Length > 0)
        {
            Screen.WriteLine($"risks taken away: {string.Join(' ', avoided)}");
        }
    }

    /// <summary>The names, some on a line.</summary>
    private static IEnumerable<string> Lines(IReadOnlyList<string> names) => names.Chunk(4).Select(some => string.Join(' ', some));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProfileComparison))]
internal sealed partial class DiffJson : JsonSerializerContext;
