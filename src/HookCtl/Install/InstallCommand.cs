using System.CommandLine;
using HookEngine.Settings;

namespace HookCtl.Install;

/// <summary><c>hookctl install ENGINE</c> and <c>hookctl uninstall ENGINE</c>: the wrapper as a runtime of a container engine.</summary>
internal static class InstallCommand
{
    private sealed record Engine(
        string Name, string Says, Func<InstallRequest, InstallReport> Install, Func<InstallRequest, InstallReport> Uninstall);

    private static readonly Engine[] s_engines =
    [
        new("docker", "Docker's daemon.json", DockerEngine.Install, DockerEngine.Uninstall),
        new("containerd", "containerd's config.toml, for Kubernetes", ContainerdEngine.Install, ContainerdEngine.Uninstall),
        new("podman", "Podman's containers.conf.d", PodmanEngine.Install, PodmanEngine.Uninstall),
        new("crio", "CRI-O's crio.conf.d", CrioEngine.Install, CrioEngine.Uninstall),
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
        Description = "The runtime that the wrapper is to call, written to the settings",
        HelpName = "PATH",
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

            one.SetAction(line => Install(
                line, request => Progress.While($"registering it in {engine.Says} ..", () => engine.Install(request))));
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

            one.SetAction(line =>
            {
                InstallRequest request = Request(line, "");
                return Tell(line, Progress.While($"taking it out of {engine.Says} ..", () => engine.Uninstall(request)));
            });
            command.Add(one);
        }

        return command;
    }

    private static int Install(ParseResult line, Func<InstallRequest, InstallReport> install)
    {
        InstallRequest request = Request(line, RuntimeProgram.Wrapper(line.GetValue(s_wrapper)));
        FileChange? setting = LowLevel(line);
        if (setting is not null && !request.DryRun && !setting.IsNone)
        {
            // The engine's own refusal comes first: then nothing is changed anywhere.
            _ = install(request with { DryRun = true });
            setting.Make();
        }

        InstallReport report = install(request);
        return Tell(line, setting is null or { IsNone: true } ? report : report with { Files = [setting.Told(null), .. report.Files] });
    }

    private static FileChange? LowLevel(ParseResult line)
    {
        if (line.GetValue(s_lowLevel) is not { } runtime)
        {
            return null;
        }

        string path = Path.GetFullPath(runtime);
        RuntimeProgram.Check(path, "--low-level");
        return LowLevelSetting.Set(line.GetValue(CommonOptions.Config) ?? WrapperSettings.DefaultPath, path);
    }

    private static InstallRequest Request(ParseResult line, string wrapper)
    {
        string name = line.GetValue(s_name)!;
        RuntimeProgram.CheckName(name);
        return new InstallRequest(
            name, wrapper, wrapper.Length > 0 && line.GetValue(s_default), line.GetValue(s_file), line.GetValue(s_dryRun),
            NoReload: line.CommandResult.Command.Options.Contains(s_noReload) && line.GetValue(s_noReload),
            Force: wrapper.Length == 0 && line.GetValue(s_force));
    }

    private static int Tell(ParseResult line, InstallReport report)
    {
        if (line.GetValue(CommonOptions.Json))
        {
            Screen.WriteJson(report, InstallJson.Default.InstallReport);
        }
        else
        {
            InstallView.Show(report);
        }

        return report.Problem is null && report.UsedBy.Count == 0 ? ExitCode.Fine : ExitCode.Problems;
    }
}
