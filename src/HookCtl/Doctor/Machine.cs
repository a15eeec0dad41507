using HookCtl.Containers;
using HookCtl.Install;
using HookEngine;
using HookEngine.Linux;
using HookEngine.Rules.Lint;
using HookEngine.Settings;

namespace HookCtl.Doctor;

/// <summary>What the checks look at.</summary>
/// <param name="SettingsFile">The settings file that the user named; null for the default one.</param>
/// <param name="Settings">What it says; the defaults if it cannot be used.</param>
/// <param name="Wrapper">Where runc-wrap is, or should be.</param>
/// <param name="Files">The engines' settings.</param>
internal sealed record Machine(FilePath? SettingsFile, WrapperSettings Settings, FilePath Wrapper, EngineFiles Files)
{
    /// <summary>How long a program may take to answer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Lazy<LowLevelChoice?> _lowLevel = new(() => ProgramSearch.IsProgram(Wrapper)
        ? LowLevelChoice.Of(Wrapper.ToString(), SettingsFile?.ToString())
        : null);

    /// <summary>What the wrapper calls; null if it does not tell.</summary>
    internal LowLevelChoice? LowLevel => _lowLevel.Value;

    /// <summary>Whether <see cref="Wrapper"/> is a program.</summary>
    internal bool HasWrapper => ProgramSearch.IsProgram(Wrapper);

    /// <summary>Runs the wrapper as an engine does, with the settings that are looked at.</summary>
    /// <exception cref="OciHooksException">It cannot be started.</exception>
    internal ProgramEnd RunWrapper(params string[] arguments) =>
        Run(Wrapper.ToString(), SettingsFile is null ? arguments : ["--wrap-config", SettingsFile.ToString(), .. arguments]);

    /// <summary>Runs a program, for as long as it takes one to answer.</summary>
    /// <exception cref="OciHooksException">It cannot be started.</exception>
    internal static ProgramEnd Run(string program, params string[] arguments)
    {
        using var running = StreamedProgram.Start(program, arguments);
        return running.EndWithin(s_patience);
    }

    /// <summary>Whether a path is that of a runc-wrap, be it there or not.</summary>
    internal bool IsWrapper(string path) =>
        Path.GetFileName(path) == WrapperProgram.Name || IsThisWrapper(path);

    /// <summary>Whether a path leads to <see cref="Wrapper"/>.</summary>
    internal bool IsThisWrapper(string path) =>
        HookProgramLint.Stat(Wrapper, out FileStatus own)
        && HookProgramLint.Stat(new FilePath(Files.At(path)), out FileStatus status)
        && status.IsSameFileAs(own);
}
