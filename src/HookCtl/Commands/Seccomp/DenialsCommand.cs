using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using HookCtl.Output;
using Linux;
using SeccompProfiles.Profiles;
using Spectre.Console;

namespace HookCtl.Commands.Seccomp;

/// <summary><c>hookctl seccomp denials</c>: what profiles denied or would have denied.</summary>
internal static class DenialsCommand
{
    private static readonly Argument<string?> s_container = new("CONTAINER")
    {
        Description = "A container's name, or the beginning of its ID, or an image's reference with registry and tag (default: all)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    internal static Command Make()
    {
        const string description = "Show which calls enforce --watch saw denied, or enforce --complain would have denied, and to whom";
        var command = new Command("denials", description) { s_container };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult line)
    {
        string? wanted = line.GetValue(s_container);
        Denial[] denials = [.. new DenialLog(new FilePath(line.GetValue(SeccompOptions.Store)!)).Read()
            .Where(denial => wanted is null || denial.Name == wanted || denial.Image == wanted
                || denial.Container.StartsWith(wanted, StringComparison.Ordinal))];
        if (line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteJson(denials, DenialsJson.Default.DenialArray);
        }
        else if (denials.Length == 0)
        {
            Screen.WriteLine("nothing was denied");
        }
        else
        {
            Show(denials);
        }

        return denials.Length > 0 ? ExitCode.Problems : ExitCode.Fine;
    }

    private static void Show(Denial[] denials)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("Time", "Image", "Container", "Call", "First made by", "Denied");
        table.AddColumn(new TableColumn("Count").RightAligned());
        foreach (Denial denial in denials)
        {
            table.AddRow(
                Screen.Cell(denial.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
                Screen.Cell(denial.Image),
                Screen.Cell(denial.Name ?? denial.Container),
                Screen.Cell(denial.Call),
                Screen.Cell(denial.Process),
                Screen.Cell(denial.IsEnforced ? "yes" : "would be"),
                new Text(denial.Count.ToString(CultureInfo.InvariantCulture)));
        }

        Screen.Write(table);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Denial[]))]
internal sealed partial class DenialsJson : JsonSerializerContext;
