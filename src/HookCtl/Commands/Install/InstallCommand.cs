using System.CommandLine;
using HookCtl.Engines;
using HookCtl.Engines.Containerd;
using HookCtl.Engines.Crio;
using HookCtl.Engines.Docker;
using HookCtl.Engines.Podman;
using HookCtl.Files;
using HookCtl.Output;
using HookCtl.Processes;
using HookEngine.Model;
using Linux;

namespace HookCtl.Commands.Install;

/// <summary><c>hookctl install ENGINE</c> and <c>hookctl uninstall ENGINE</c>: the wrapper as a runtime of a container engine.</summary>
internal static class InstallCommand
{
    private delegate Task<InstallReport> EngineChange(InstallRequest request, CancellationToken token);

    private sealed record Engine(
        string Name, string Program, string Says, EngineChange InstallAsync, EngineChange UninstallAsync)
    {
        /// <summary>Whether its program is on this machine.</summary>
        internal async Task<bool> IsHereAsync(CancellationToken token) => ProgramSearch.FindAnywhere(Program) is not null
            || (Name == "docker" && (await Dockerd.OfAsync(new EngineFiles(), null, token)).Pid is not null);
    }

    private static readonly Engine[] s_engines =
    [
        new("docker", "dockerd", "Docker's daemon.json", DockerEngine.InstallAsync, DockerEngine.UninstallAsync),
        new("containerd", "containerd", "containerd's config.toml, for Kubernetes", ContainerdEngine.InstallAsync, ContainerdEngine.UninstallAsync),
        new("podman", "podman", "Podman's containers.conf.d", PodmanEngine.InstallAsync, PodmanEngine.UninstallAsync),
        new("crio", "crio", "CRI-O's crio.conf.d", CrioEngine.InstallAsync, CrioEngine.UninstallAsync),
    ];

    private static readonly Option<string> s_name = new("--name")
    {
        Description = "The runtime's name in the engine",
        HelpName = "NAME",
        DefaultValueFactory = _ => "hooked",
    };

    private static readonly Option<string?> s_wrapper = new("--wrapper")
    {
        Description = "The wrapper (default: runc-wrap beside hookctl, or in PATH)",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_lowLevel = new("--low-level")
    {
        Description = "The runtime that the wrapper is to call, a path or a name in PATH, written to the settings",
        HelpName = "RUNTIME",
    };

    private static readonly Option<string?> s_file = new("--config-file")
    {
        Description = "The engine's file, if not the usual one",
        HelpName = "FILE",
    };

    private static readonly Option<bool> s_default = new("--default") { Description = "Make it the default runtime" };
    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "Show what would change, and change nothing" };
    private static readonly Option<bool> s_noReload = new("--no-reload")
    {
        Description = "Do not make a running dockerd read its file again",
    };

    private static readonly Option<string[]> s_podAnnotations = new("--pod-annotations")
    {
        Description = "Annotations of pods that rules are to see, such as 'com.example.*'; may be repeated",
        HelpName = "PATTERN",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> s_force = new("--force") { Description = "Even if containers use it" };

    internal static Command Make()
    {
        var command = new Command("install", "Register the wrapper as a runtime of a container engine");
        foreach (Engine engine in s_engines)
        {
            var one = new Command(engine.Name, $"Register it in {engine.Says}")
            {
                s_name, s_wrapper, s_default, s_lowLevel, s_file, s_dryRun,
            };
            if (engine.Name == "docker")
            {
                one.Add(s_noReload);
            }

            if (engine.Name == "containerd")
            {
                one.Add(s_podAnnotations);
            }

            one.SetAction((line, token) => InstallAsync(line, engine, token));
            command.Add(one);
        }

        return command;
    }

    internal static Command MakeUninstall()
    {
        var command = new Command("uninstall", "Take the wrapper out of a container engine's settings");
        foreach (Engine engine in s_engines)
        {
            var one = new Command(engine.Name, $"Take it out of {engine.Says}") { s_name, s_file, s_dryRun, s_force };
            if (engine.Name == "docker")
            {
                one.Add(s_noReload);
            }

            one.SetAction(async (line, token) =>
            {
                InstallRequest request = Request(line, "");
                InstallReport report = await ProgressLine.WhileAsync(
                    $"taking it out of {engine.Says} ..", () => engine.UninstallAsync(request, token));
                return Print(line, report);
            });
            command.Add(one);
        }

        return command;
    }

    private static async Task<int> InstallAsync(ParseResult line, Engine engine, CancellationToken token)
    {
        string wrapper = RuntimeProgram.Wrapper(line.GetValue(s_wrapper));
        InstallRequest request = Request(line, wrapper);
        string? missing = await engine.IsHereAsync(token) ? null : $"there is no {engine.Program} on this machine";
        if (missing is not null && request.ConfigFile is null)
        {
            throw new OciHooksException(
                $"{engine.Name}: {missing}, so nothing was written; install it first, or name the file for one to come with --config-file");
        }

        string? named = line.GetValue(s_lowLevel) is { } chosen ? RuntimeProgram.LowLevel(chosen, wrapper) : null;
        FileChange? setting = named is null ? null : LowLevelSetting.Set(request.SettingsFile, named);
        request = request with
        {
            LowLevel = named is null
                ? await LowLevelChoice.AskAsync(wrapper, line.GetValue(GlobalOptions.Config), token)
                : new LowLevelChoice(named, IsChosen: true),
            NamedLowLevel = named,
        };
        InstallReport report = await ProgressLine.WhileAsync(
            $"registering it in {engine.Says} ..", () => MakeAsync(engine, request, setting, token));
        return Print(line, missing is null ? report : report with { Notes = [$"{missing}: this is for one to come", .. report.Notes] });
    }

    private static async Task<InstallReport> MakeAsync(
        Engine engine, InstallRequest request, FileChange? setting, CancellationToken token)
    {
        if (setting is null or { IsNone: true })
        {
            return await engine.InstallAsync(request, token);
        }

        // The engine's own refusal comes first: then nothing is changed anywhere.
        InstallReport report = await engine.InstallAsync(request with { DryRun = true }, token);
        if (!request.DryRun)
        {
            report = await FileTransaction.RunAsync(files =>
            {
                files.Make(setting);
                return engine.InstallAsync(request, token);
            });
        }

        return report with { Files = [setting.ToReport(null), .. report.Files] };
    }

    private static InstallRequest Request(ParseResult line, string wrapper)
    {
        string name = line.GetValue(s_name)!;
        RuntimeProgram.CheckName(name);
        return new InstallRequest(
            name, wrapper, wrapper.Length > 0 && line.GetValue(s_default), line.GetValue(s_file), line.GetValue(s_dryRun),
            NoReload: line.CommandResult.Command.Options.Contains(s_noReload) && line.GetValue(s_noReload),
            Force: wrapper.Length == 0 && line.GetValue(s_force))
        {
            SettingsFile = line.GetValue(GlobalOptions.Config) ?? WrapperSettings.DefaultPath,
            PodAnnotations = line.CommandResult.Command.Options.Contains(s_podAnnotations) ? line.GetValue(s_podAnnotations)! : [],
        };
    }

    private static int Print(ParseResult line, InstallReport report)
    {
        if (line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteJson(report, InstallJson.Default.InstallReport);
        }
        else
        {
            InstallView.Show(report);
        }

        return report.Problem is null && report.Outcome != InstallOutcome.InUse ? ExitCode.Fine : ExitCode.Problems;
    }
}
