using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using HookCtl.Commands.Bundle;
using HookCtl.Output;
using HookCtl.Processes;
using HookEngine.Deciding.Planning;
using HookEngine.Deciding.Trust;
using HookEngine.Model;
using HookEngine.Reading.Rules;
using HookEngine.Running.Create;
using HookEngine.Running.Precreate;
using HookEngine.Running.Supervision;
using Linux;

namespace HookCtl.Commands.Inject;

/// <summary><c>hookctl inject</c>: what runc-wrap's create does to a bundle, for one that another runtime runs.</summary>
internal static class InjectCommand
{
    private const string Source = "hookctl inject";

    private static readonly Argument<string> s_bundle = BundleOptions.MakeBundle();

    private static readonly Option<bool> s_dryRun = BundleOptions.MakeDryRun();

    private static readonly Option<bool> s_supervise = new("--supervise")
    {
        Description = "Have runc-wrap run the hooks, as the settings say; it must be there where the bundle is run",
    };

    private static readonly Option<string?> s_supervisor = new("--supervisor")
    {
        Description = $"That runc-wrap (default: beside hookctl, else from PATH, else /usr/bin/{WrapperProgram.Name})",
        HelpName = "PATH",
    };

    internal static Command Make()
    {
        var hook = new HookOptions();
        var command = new Command(
            "inject",
            "Put the hooks that the rules choose, or one that is given, into a bundle's config.json; replaces what an earlier inject put in")
        {
            s_bundle,
        };
        hook.AddTo(command);
        command.Options.Add(s_supervise);
        command.Options.Add(s_supervisor);
        command.Options.Add(s_dryRun);
        command.Validators.Add(CheckTogether);
        command.SetAction(line => Run(line, hook.Read(line)));
        return command;
    }

    private static void CheckTogether(CommandResult command)
    {
        BundleOptions.ForbidJsonWithDryRun(command, s_dryRun);
        if (command.GetValue(s_supervisor) is { } path)
        {
            if (!path.StartsWith('/'))
            {
                command.AddError($"--supervisor: \"{path}\" must be an absolute path");
            }

            if (!command.GetValue(s_supervise))
            {
                command.AddError("--supervisor: needs --supervise");
            }
        }
    }

    private static int Run(ParseResult line, List<PlannedHook>? named)
    {
        BundleOptions.SurviveFileSizeLimit();
        WrapperSettings settings = GlobalOptions.ReadSettings(line);
        RuleSet rules = RuleSet.Load(named is null ? settings.HooksDirs : [], settings.OnMissingHook, settings.Trust).EnsureUsable();
        List<PlannedHook> hooks = named ?? [];
        FilePath config = BundleOptions.Config(line.GetValue(s_bundle)!);
        FilePath? supervisor = line.GetValue(s_supervisor) is { } path ? new FilePath(path) : null;
        Action<List<PlannedHook>>? supervise = line.GetValue(s_supervise)
            ? planned => HookSupervision.ApplyAll(
                planned, settings, () => supervisor ?? WrapperProgram.Find(), Source, () => LowLevelRuntime.Find(settings))
            : null;
        var files = new EditSources(settings, rules);
        IReadOnlyList<Diagnostic> distrusted = [];
        using var injection = BundleInjection.Prepare(
            config,
            null,
            rules,
            hooks,
            files,
            planned => distrusted = new HookTrust(settings, rules).EnsureUsable(planned, Source),
            supervise,
            Precreate(settings, supervisor),
            yields: true);
        foreach (Diagnostic warning in injection.Rules.Diagnostics.Concat(files.Warnings).Concat(distrusted))
        {
            Screen.WriteError(warning.ToString());
        }

        if (line.GetValue(s_dryRun))
        {
            BundleOptions.Print(injection.Result());
            return ExitCode.Fine;
        }

        Print(line, new InjectionReport(
            config.ToString(),
            injection.Write(),
            [.. injection.PrecreateHooks.Select(HookReport.Of)],
            [.. hooks.Select(HookReport.Of)],
            [.. injection.Applied.Select(EditReport.Of)],
            [.. injection.Undone.Select(HookReport.Of)],
            InjectionReport.SkippedOf(injection.Rules)));
        return ExitCode.Fine;
    }

    private static unsafe PrecreateStage Precreate(WrapperSettings settings, FilePath? supervisor) => new(
        settings, () => supervisor ?? WrapperProgram.Find())
    {
        Environment = new NativeStrings([
            .. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => $"{variable.Key}={variable.Value}"),
        ]).Pointer,
        RestoreState = &RestoreSignals,
        LeftOut = (_, problem) => Screen.WriteError(problem),
    };

    /// <summary>The managed runtime ignores SIGPIPE, and we the file size limit.</summary>
    private static void RestoreSignals()
    {
        Libc.SetAction(Libc.SIGPIPE, Libc.SIG_DFL);
        Libc.SetAction(Libc.SIGXFSZ, Libc.SIG_DFL);
    }

    private static void Print(ParseResult line, InjectionReport report)
    {
        if (line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteJson(report, InjectionJson.Default.InjectionReport);
            return;
        }

        foreach (HookReport hook in report.Precreate)
        {
            Screen.WriteLine(hook.Line("ran"));
        }

        foreach (HookReport hook in report.Injected)
        {
            Screen.WriteLine(hook.Line("injected"));
        }

        foreach (EditReport edit in report.Edits)
        {
            Screen.WriteLine(edit.Line);
        }

        if (report.Precreate.Count + report.Injected.Count + report.Edits.Count == 0)
        {
            Screen.WriteLine("nothing to inject");
            foreach (HookReport hook in report.Replaced)
            {
                Screen.WriteLine(hook.Line("took out"));
            }
        }

        foreach (string rule in report.Skipped)
        {
            Screen.WriteLine($"left out {rule}");
        }
    }
}
