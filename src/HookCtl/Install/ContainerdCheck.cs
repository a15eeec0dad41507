using System.Text;
using HookEngine;

namespace HookCtl.Install;

/// <summary>What containerd itself makes of its files.</summary>
internal static class ContainerdCheck
{
    /// <summary>Null if containerd shows the runtime, or is not there to be asked; else what is wrong.</summary>
    internal static string? Problem(string mainFile, InstallRequest request)
    {
        if (ExternalProgram.Run("containerd", "--config", mainFile, "config", "dump") is not { } dump)
        {
            return null;
        }

        if (dump.ExitCode != 0)
        {
            return $"containerd does not take it with the runtime added: {dump.LastWords}";
        }

        try
        {
            var shown = new ContainerdToml("containerd config dump", Encoding.UTF8.GetBytes(dump.Output));
            return shown.PathOf(request.Name) == request.Wrapper && (shown.Default == request.Name || !request.MakeDefault)
                ? null
                : "containerd does not show the runtime, though it is there: another file hides it";
        }
        catch (OciHooksException failure)
        {
            return failure.Message;
        }
    }
}
