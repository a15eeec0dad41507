using HookEngine.Model;

namespace HookCtl.Engines;

/// <summary>What an <c>install</c> or <c>uninstall</c> is asked to do.</summary>
/// <param name="Name">The runtime's name in the engine.</param>
/// <param name="Wrapper">The wrapper's path; empty for an uninstall, which takes it from the registration.</param>
/// <param name="MakeDefault">Whether containers get it that ask for no runtime.</param>
/// <param name="ConfigFile">The engine's file, in place of the usual one.</param>
/// <param name="DryRun">Whether nothing is to be written.</param>
/// <param name="NoReload">Whether a running engine is left alone.</param>
/// <param name="Force">Whether to uninstall what containers still use.</param>
/// <param name="LowLevel">What the wrapper calls; null if that is not known, or for an uninstall.</param>
internal sealed record InstallRequest(
    string Name,
    string Wrapper,
    bool MakeDefault,
    string? ConfigFile,
    bool DryRun,
    bool NoReload,
    bool Force,
    LowLevelChoice? LowLevel = null)
{
    /// <summary>What the wrapper is to call, by <c>--low-level</c>; null if that was not said.</summary>
    internal string? NamedLowLevel { get; init; }

    /// <summary>The wrapper's settings, where it is written what the wrapper calls.</summary>
    internal string SettingsFile { get; init; } = WrapperSettings.DefaultPath;

    /// <summary>The annotations of pods that are to reach rules, as containerd's patterns.</summary>
    internal IReadOnlyList<string> PodAnnotations { get; init; } = [];
}
