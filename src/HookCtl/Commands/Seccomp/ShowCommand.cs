using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using HookCtl.Output;
using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;
using Spectre.Console;

namespace HookCtl.Commands.Seccomp;

/// <summary><c>hookctl seccomp show</c>: what was recorded, with the evidence.</summary>
internal static class ShowCommand
{
    private const int DigestLength = 19;

    private static readonly Argument<string?> s_subject = new("IMAGE")
    {
        Description = "One recording: an image, its digest or the beginning of it, a container's name, or a file (default: all, in brief)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    internal static Command Make()
    {
        var command = new Command("show", "Show what was recorded, which process made each call first, and how often") { s_subject };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken token)
    {
        await RecorderProbe.CollectAsync(token);
        RecordingSearch recordings = SeccompOptions.Recordings(line);
        bool isJson = line.GetValue(GlobalOptions.Json);
        if (line.GetValue(s_subject) is { } subject)
        {
            Recording recording = recordings.Find(subject);
            if (isJson)
            {
                Screen.WriteText(System.Text.Encoding.UTF8.GetString(RecordingJson.Write(recording)));
            }
            else
            {
                Show(recording);
            }
        }
        else if (isJson)
        {
            BriefRecording[] briefs = [.. recordings.All().Select(BriefRecording.Of)];
            Screen.WriteJson(briefs, ShowJson.Default.BriefRecordingArray);
        }
        else
        {
            await ShowAsync(recordings.All(), token);
        }

        return ExitCode.Fine;
    }

    private static async Task ShowAsync(IReadOnlyList<Recording> recordings, CancellationToken token)
    {
        if (recordings.Count == 0)
        {
            RecorderProblem? problem = SeccompRules.Recorders.FirstOrDefault(File.Exists) is { } recorder
                ? await RecorderProbe.FindProblemAsync(recorder, token)
                : null;
            Screen.WriteLine(problem switch
            {
                null => "nothing was recorded; begin with: hookctl seccomp record --image IMAGE",
                { IsKnown: true } => $"nothing was recorded, and nothing can be on this machine: {problem.Text}",
                _ => $"nothing was recorded, and whether anything can be on this machine is not known: {problem.Text}",
            });
            return;
        }

        Table table = new Table().Border(TableBorder.Simple).AddColumns("Image", "Digest or name", "Last run");
        table.AddColumn(new TableColumn("Runs").RightAligned()).AddColumn(new TableColumn("Calls").RightAligned());
        table.AddColumn("New in the last run");
        foreach (BriefRecording brief in recordings.Select(BriefRecording.Of))
        {
            table.AddRow(
                Screen.Cell(brief.Image ?? "-"), Screen.Cell(Short(brief.Subject)), Screen.Cell(Time(brief.LastRun)),
                Number(brief.Runs), Number(brief.Calls), Screen.Cell(brief.New.Count == 0 ? "-" : string.Join(' ', brief.New)));
        }

        Screen.Write(table);
    }

    private static void Show(Recording recording)
    {
        Screen.WriteLine($"{recording.Image ?? recording.Subject}, {recording.Subject}");
        Table table = new Table().Border(TableBorder.Simple).AddColumns("Call", "Group");
        table.AddColumn(new TableColumn("Count").RightAligned()).AddColumn("First made by");
        foreach ((CallAbi abi, IReadOnlyList<RecordedCall> calls) in recording.Calls)
        {
            foreach (RecordedCall call in calls)
            {
                string name = abi == recording.Native ? call.Name : $"{call.Name} ({abi.ToString().ToLowerInvariant()})";
                table.AddRow(
                    Screen.Cell(name), Screen.Cell(CallGroups.Of(call.Name)), Number(call.Count),
                    Screen.Cell(call.IsSeen ? call.Process : "(not seen)"));
            }
        }

        Screen.Write(table);
        Screen.WriteLine($"{recording.Calls.Values.Sum(calls => calls.Count)} calls in {recording.RunCount} runs");
        if (recording.Runs is [.., var last])
        {
            string added = last.New.Count == 0 ? "nothing" : string.Join(' ', last.New);
            Screen.WriteLine($"new in the last run ({last.Name ?? last.Container}, {Time(last.Time)}): {added}");
        }

        string[] unknown = [.. recording.Calls.Values.SelectMany(calls => calls)
            .Where(call => !call.IsNamed && call.Name != ProfileDerivation.NamespaceMaker).Select(call => call.Name)];
        if (unknown.Length > 0)
        {
            Screen.WriteLine($"without a name here, so in no profile: {string.Join(' ', unknown)}");
        }
    }

    private static string Short(string subject) =>
        subject.StartsWith("sha256:", StringComparison.Ordinal) && subject.Length > DigestLength ? subject[..DigestLength] : subject;

    private static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    private static Text Number(long number) => new(number.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A recording in one line.</summary>
internal sealed record BriefRecording(
    string Subject, string? Image, DateTimeOffset? LastRun, int Runs, int Calls, IReadOnlyList<string> New)
{
    internal static BriefRecording Of(Recording recording) => new(
        recording.Subject,
        recording.Image,
        recording.Runs.Count > 0 ? recording.Runs[^1].Time : null,
        recording.RunCount,
        recording.Calls.Values.Sum(calls => calls.Count),
        recording.RunCount > 1 && recording.Runs.Count > 0 ? recording.Runs[^1].New : []);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BriefRecording[]))]
internal sealed partial class ShowJson : JsonSerializerContext;
