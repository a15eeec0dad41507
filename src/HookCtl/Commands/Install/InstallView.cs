using HookCtl.Engines;
using HookCtl.Files;
using HookCtl.Output;

namespace HookCtl.Commands.Install;

/// <summary>Tells people of an install or an uninstall.</summary>
internal static class InstallView
{
    internal static void Show(InstallReport report)
    {
        if (report.Outcome == InstallOutcome.DryRun)
        {
            Screen.WriteText(string.Concat(report.Files.Select(file => file.Diff)));
            return;
        }

        Screen.WriteLine($"{report.Engine}: {Outcome(report)}");
        foreach (ChangedFile file in report.Files)
        {
            Screen.WriteLine($"{file.Change}: {file.File}{(file.Backup is null ? "" : $", as it was: {file.Backup}")}");
        }

        foreach (string note in report.Notes)
        {
            Screen.WriteLine(note);
        }

        if (report.Problem is not null)
        {
            Screen.WriteError(report.Problem);
        }
    }

    private static string Outcome(InstallReport report) => report.Outcome switch
    {
        InstallOutcome.Installed => $"the runtime {report.Name} is registered",
        InstallOutcome.AlreadyInstalled => $"the runtime {report.Name} is already registered",
        InstallOutcome.Uninstalled => $"the runtime {report.Name} is no longer registered",
        InstallOutcome.NotInstalled => $"hookctl has registered no runtime {report.Name}; nothing was changed",
        _ => $"containers use the runtime {report.Name}: {string.Join(", ", report.UsedBy)}; remove them, or use --force",
    };
}
