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
using RuncWrap.Log;
using RuncWrap.Supervision;

namespace RuncWrap;

/// <summary>
/// The wrapper from end to end, for the commands that set up a container; all others never get here (<see cref="NativeEntry"/>). A
/// hook's supervisor has a line of its own (<see cref="Supervisor"/>).
/// </summary>
internal static unsafe class Program
{
    /// <summary>Where to log, as soon as the settings are known: they may be what is wrong.</summary>
    private static LogSettings s_log = new();

    private static int Main()
    {
        NativeEntry.ManagedMainReached();

        // A file size limit must be an error, not the end of the process.
        Libc.SetAction(Libc.SIGXFSZ, Libc.SIG_IGN);
        try
        {
            if (NativeEntry.IsSupervisor)
            {
                return Supervisor.Run(NativeEntry.Hook);
            }

            Run(NativeEntry.Invocation);
            return 0;
        }
        catch (OciHooksException failure)
        {
            return Fail(failure.Message, failure.ExitStatus);
        }
        catch (OutOfMemoryException)
        {
            return Fail(
                "the configuration or the rules are too large for the wrapper's 64 MB of memory; make them smaller",
                OciHooksException.WrapperFailure);
        }
#pragma warning disable CA1031 // Whatever else goes wrong is a defect, and must be told in the same way.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            return Fail(
                $"internal error, please report it: {defect.GetType().Name}: {defect.Message}", OciHooksException.WrapperFailure);
        }
    }

    private static int Fail(string message, int exitStatus)
    {
        if (NativeEntry.IsSupervisor)
        {
            return Supervisor.Fail(NativeEntry.Hook, message, exitStatus);
        }

        ErrorReport.Write(NativeEntry.Invocation, message);
        if (NativeEntry.Invocation.SetsUpContainer)
        {
            CreateLog.WriteRefusal(s_log, NativeEntry.Invocation, message);
        }

        return exitStatus;
    }

    /// <summary>The line. Comes back only by an exception, or when nothing but the version was asked for.</summary>
    private static void Run(in Invocation invocation)
    {
        var walk = new PathWalk();
        WrapperSettings settings = ReadSettings(invocation, walk);
        s_log = settings.Log;
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

        bool leavesCgroupsToSystemd = LeavesCgroupsToSystemd(invocation);
        NativeEntry.Inherited.Restore();
        runtime.Execute(leavesCgroupsToSystemd);
    }

    /// <summary>
    /// Whether a container is meant for systemd's cgroups and nobody says so: containerd gives the option SystemdCgroup only to its own shim
    /// for runc, and would find its container in a directory of that name, outside of all limits. What runc and crun do later they do as the
    /// create was told to.
    /// </summary>
    private static bool LeavesCgroupsToSystemd(in Invocation invocation) =>
        NativeEntry.IsBehindShim
        && invocation.SetsUpContainer
        && !CommandLine.NamesCgroupManager(invocation)
        && CgroupsPath.IsForSystemd(ConfigPath(invocation));

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
                Precreate(settings));
            injection.Write();
            rules = injection.Rules;
            edits = injection.Applied;
        }

        CreateLog.Write(settings.Log, invocation, rules, hooks, edits, warnings);
    }

    private static PrecreateStage Precreate(WrapperSettings settings) => new(settings, WrapperProgram.Path)
    {
        Environment = NativeEntry.Invocation.Environment,
        RestoreState = &RestoreState,
        LeftOut = (hook, problem) => CreateLog.WriteLeftOut(settings.Log, NativeEntry.Invocation, hook, problem),
    };

    private static void RestoreState() => NativeEntry.Inherited.RestoreForChild();

    private static WrapperSettings ReadSettings(in Invocation invocation, PathWalk walk) => invocation switch
    {
        { IncompleteOption: not null } => throw new OciHooksException(
            $"{Text(invocation.IncompleteOption)}: needs a value, a file's path, and a place among the first {Invocation.MaxWrapperIndex} arguments"),
        { SetsUpContainer: false } => RuntimeSetting.ReadAsSettings(invocation),
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
