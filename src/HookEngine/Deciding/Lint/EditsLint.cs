using HookEngine.Deciding.Planning;
using HookEngine.Deciding.Trust;
using HookEngine.Model;
using HookEngine.Reading.Edits;
using Linux;

namespace HookEngine.Deciding.Lint;

/// <summary>Warns of edits that could not be made now: what they need may come before a container does.</summary>
internal sealed class EditsLint(string file, EditSources files, HookTrust trust, List<Diagnostic> diagnostics)
{
    internal void Check(RuleEdits? edits)
    {
        if (edits is null)
        {
            return;
        }

        for (int i = 0; i < edits.Own.Mounts.Count; i++)
        {
            MountEdit mount = edits.Own.Mounts[i];
            if (mount.HostPath.StartsWith('/') && !HookProgramLint.Stat(new FilePath(mount.HostPath), out _))
            {
                Warn($"edits.mounts[{i}].hostPath", $"{mount.HostPath} {FileError.FromErrno("cannot be examined").Text}; make it");
            }
        }

        for (int i = 0; i < edits.Own.DeviceNodes.Count; i++)
        {
            if (OciDevice.Of(edits.Own.DeviceNodes[i], out string? problem) is null)
            {
                Warn($"edits.deviceNodes[{i}]", problem!);
            }
        }

        for (int i = 0; i < edits.Own.Hooks.Count; i++)
        {
            StagedHook staged = edits.Own.Hooks[i];
            foreach (HookProblem problem in staged.Stage == HookStage.StartContainer ? [] : trust.Check(staged.Hook.Path, null, mayBeMissing: false))
            {
                diagnostics.Add(new Diagnostic(problem.Severity, file, $"edits.hooks[{i}].path", problem.Message));
            }
        }

        if (edits.Own.Seccomp is { } seccomp)
        {
            WarnIfFailing("edits.seccomp", () => SeccompProfile.Read(seccomp, files.Files));
        }

        WarnIfFailing("cdi", () => files.Devices.Resolve(edits.Devices));
    }

    private void WarnIfFailing(string field, Action action)
    {
        try
        {
            action();
        }
        catch (OciHooksException failure)
        {
            Warn(field, failure.Message);
        }
    }

    private void Warn(string field, string message) => diagnostics.Add(new Diagnostic(Severity.Warning, file, field, message));
}
