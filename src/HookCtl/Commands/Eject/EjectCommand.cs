using System.CommandLine;
using HookCtl.Commands.Bundle;
using HookCtl.Output;
using HookEngine.Changing.Bundles;
using Linux;

namespace HookCtl.Commands.Eject;

/// <summary><c>hookctl eject</c>: takes out what inject or runc-wrap's create put into a bundle's config.json.</summary>
internal static class EjectCommand
{
    private static readonly Argument<string> s_bundle = BundleOptions.MakeBundle();

    private static readonly Option<bool> s_dryRun = BundleOptions.MakeDryRun();

    internal static Command Make()
    {
        var command = new Command("eject", "Take what inject, or runc-wrap, put into a bundle's config.json out of it")
        {
            s_bundle,
            s_dryRun,
        };
        command.Validators.Add(result => BundleOptions.ForbidJsonWithDryRun(result, s_dryRun));
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult line)
    {
        BundleOptions.SurviveFileSizeLimit();
        FilePath config = BundleOptions.Config(line.GetValue(s_bundle)!);
        using var bundle = BundleConfig.Read(config, out _, yields: true);
        if (line.GetValue(s_dryRun))
        {
            BundleOptions.Print(bundle.Original);
            return ExitCode.Fine;
        }

        var report = new EjectionReport(config.ToString(), bundle.Restore(), [.. bundle.Undone.Select(HookReport.Of)]);
        if (line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteJson(report, EjectionJson.Default.EjectionReport);
            return ExitCode.Fine;
        }

        foreach (HookReport hook in report.Ejected)
        {
            Screen.WriteLine(hook.Line("took out"));
        }

        if (report.Ejected.Count == 0)
        {
            Screen.WriteLine(report.Written ? "took out what rules edited" : "nothing was injected");
        }

        return ExitCode.Fine;
    }
}
