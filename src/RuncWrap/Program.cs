using System.Runtime.InteropServices;
using HookEngine.Changing.Bundles;
using HookEngine.Deciding.Planning;
using HookEngine.Deciding.Trust;
using HookEngine.Model;
using HookEngine.Reading.Rules;
using HookEngine.Reading.Settings;
using HookEngine.Running.Create;
using HookEngine.Running.Precreate;
using HookEngine.Running.Supervision;
using Linux;
using Linux.Paths;
using RuncWrap.Create;
using RuncWrap.Events;
using RuncWrap.PreRuntime;
using RuncWrap.Supervision;

namespace RuncWrap;

/// <summary>
/// The wrapper from end to end, for the commands that set up a container; all others never get here (<see cref="NativeEntry"/>). A
/// hook's supervisor has a line of its own (<see cref="Supervisor"/>).
/// </summary>
internal static unsafe class Program
{
    private static int Main()
    {
        NativeEntry.ManagedMainReached();
        ref readonly StartContext start = ref NativeEntry.Start;
        LogSettings log = new();

        // A file size limit must be an error, not the end of the process.
        Libc.SetAction(Libc.SIGXFSZ, Libc.SIG_IGN);
        try
        {
            if (start.IsSupervisor)
            {
                return Supervisor.Run(start);
            }

            Run(start, ref log);
            return 0;
        }
        catch (OciHooksException failure)
        {
            return Fail(start, log, failure.Message, failure.ExitStatus);
        }
        catch (OutOfMemoryException)
        {
            return Fail(
                start,
                log,
                "the configuration or the rules are too large for the wrapper's 64 MB of memory; make them smaller",
                OciHooksException.WrapperFailure);
        }
#pragma warning disable CA1031 // Whatever else goes wrong is a defect, and must be told in the same way.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            return Fail(
                start, log, $"internal error, please report it: {defect.GetType().Name}: {defect.Message}", OciHooksException.WrapperFailure);
        }
    }

    private static int Fail(in StartContext start, LogSettings log, string message, int exitStatus)
    {
        if (start.IsSupervisor)
        {
            return Supervisor.Fail(start, message, exitStatus);
        }

        ErrorReport.Write(start, message);
        if (start.Invocation.SetsUpContainer)
        {
            CreateLog.WriteRefusal(log, start.Invocation, message);
        }

        return exitStatus;
    }

    /// <summary>The line. Comes back only by an exception, or when nothing but the version was asked for.</summary>
    /// <param name="start">What the process was started with.</param>
    /// <param name="log">Where to log, as soon as the settings are known: they may be what is wrong.</param>
    private static void Run(in StartContext start, ref LogSettings log)
    {
        ref readonly Invocation invocation = ref start.Invocation;
        var walk = new PathWalk();
        WrapperSettings settings = ReadSettings(invocation, walk);
        log = settings.Log with { Stderr = settings.Log.Stderr && start.Inherited.HasStandardError };
        settings = settings with { Log = log };
        if (invocation.ShowsVersion)
        {
            VersionReport.Write(invocation, settings);
            return;
        }

        using var runtime = RuntimeCommand.Find(invocation, settings);
        if (invocation.SetsUpContainer)
        {
            Inject(invocation, settings, walk, runtime);
        }

        bool leavesCgroupsToSystemd = LeavesCgroupsToSystemd(start);
        start.Inherited.Restore();
        runtime.Execute(leavesCgroupsToSystemd, start.Inherited.Limits);
    }

    /// <summary>
    /// Whether a container is meant for systemd's cgroups and nobody says so: containerd gives the option SystemdCgroup only to its own shim
    /// for runc, and would find its container in a directory of that name, outside of all limits. What runc and crun do later they do as the
    /// create was told to.
    /// </summary>
    private static bool LeavesCgroupsToSystemd(in StartContext start) =>
        start.IsBehindShim
        && start.Invocation.SetsUpContainer
        && !CommandLine.NamesCgroupManager(start.Invocation)
        && CgroupsPath.IsForSystemd(ConfigPath(start.Invocation));

    private static void Inject(in Invocation invocation, WrapperSettings settings, PathWalk walk, RuntimeCommand runtime)
    {
        FilePath configPath = ConfigPath(invocation);
        RuleSet rules = LoadRules(invocation, settings, walk);
        List<PlannedHook> hooks = NamedHooks(invocation, settings, walk);
        IReadOnlyList<AppliedEdit> edits = [];
        IReadOnlyList<Diagnostic> warnings = [];
        if (rules.Rules.Count > 0 || rules.HasNamespaces || hooks.Count > 0 || BundleConfig.HasRecord(configPath))
        {
            string source = Text(invocation.HookConfigPath);
            var files = new EditSources(settings, rules);
            using var injection = BundleInjection.Prepare(
                configPath,
                invocation.ContainerId == null ? null : Text(invocation.ContainerId),
                rules,
                hooks,
                files,
                planned => warnings = [.. files.Warnings, .. new HookTrust(settings, rules).EnsureUsable(planned, source)],
                planned => HookSupervision.ApplyAll(planned, settings, WrapperProgram.Path, source, () => runtime.RealPath),
                Precreate(invocation, settings));
            injection.Write();
            rules = injection.Rules;
            edits = injection.Applied;
        }

        CreateLog.Write(settings.Log, invocation, rules, hooks, edits, warnings);
    }

    private static PrecreateStage Precreate(Invocation invocation, WrapperSettings settings) => new(settings, WrapperProgram.Path)
    {
        Environment = invocation.Environment,
        RestoreState = &RestoreState,
        LeftOut = (hook, problem) => CreateLog.WriteLeftOut(settings.Log, invocation, hook, problem),
    };

    /// <summary>Runs in a child that shares this process's memory, which has nothing but this function's address.</summary>
    private static void RestoreState() => NativeEntry.Start.Inherited.RestoreForChild();

    private static WrapperSettings ReadSettings(in Invocation invocation, PathWalk walk) => invocation switch
    {
        { IncompleteOption: not null } => throw new OciHooksException(
            $"{Text(invocation.IncompleteOption)}: needs a value, a file's path, and a place among the first {Invocation.MaxWrapperIndex} arguments"),
        { SetsUpContainer: false } => RuntimeOnlySettings.Read(invocation),
        _ => SettingsFile.Read(invocation.WrapConfig == null ? null : Path(invocation.WrapConfig), walk),
    };

    /// <summary>The configuration the runtime will read, found as it finds it.</summary>
    private static FilePath ConfigPath(in Invocation invocation)
    {
        ReadOnlySpan<byte> usual = "config.json"u8;
        if (invocation.ConfigFile != null && !Path(invocation.ConfigFile).Bytes.SequenceEqual(usual))
        {
            return Path(invocation.ConfigFile);
        }

        return invocation.Bundle == null ? new FilePath(usual) : Path(invocation.Bundle).Combine(usual);
    }

    private static RuleSet LoadRules(in Invocation invocation, WrapperSettings settings, PathWalk walk)
    {
        // oci-add-hooks, whose options these are, knows no rules.
        IReadOnlyList<FilePath> directories = invocation.HookConfigPath == null ? settings.HooksDirs : [];
        return RuleSet.Load(directories, settings.OnMissingHook, settings.Trust, walk).EnsureUsable();
    }

    private static List<PlannedHook> NamedHooks(in Invocation invocation, WrapperSettings settings, PathWalk walk) =>
        invocation.HookConfigPath == null ? [] : HookConfigFile.Read(Path(invocation.HookConfigPath), settings.Trust, walk);

    private static FilePath Path(byte* text) => new(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    private static string Text(byte* text) => Path(text).ToString();
}
