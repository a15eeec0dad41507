using HookCtl.Engines;
using HookCtl.Files;
using HookCtl.Processes;
using HookEngine.Deciding.Lint;
using HookEngine.Model;
using Linux;

namespace HookCtl.Commands.Doctor;

/// <summary>What the checks look at.</summary>
/// <param name="SettingsFile">The settings file that the user named; null for the default one.</param>
/// <param name="Settings">What it says; the defaults if it cannot be used.</param>
/// <param name="Wrapper">Where runc-wrap is, or should be.</param>
/// <param name="Files">The engines' settings.</param>
/// <param name="Token">Ends the programs that are asked.</param>
internal sealed record Machine(FilePath? SettingsFile, WrapperSettings Settings, FilePath Wrapper, EngineFiles Files, CancellationToken Token)
{
    /// <summary>How many of a program's last lines tell why it failed.</summary>
    internal const int LastLines = 3;

    /// <summary>How long a program may take to answer.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<ProgramResult>? _report;
    private Task<ProgramResult>? _runtimeVersion;

    /// <summary>Whether <see cref="Wrapper"/> is a program.</summary>
    internal bool HasWrapper => ProgramSearch.IsProgram(Wrapper);

    /// <summary>What the wrapper calls; null if it does not tell.</summary>
    internal async Task<LowLevelChoice?> LowLevelAsync() =>
        HasWrapper ? LowLevelChoice.Of(await AskOnce(ref _report, "--wrap-version"), SettingsFile?.ToString()) : null;

    /// <summary>What the wrapper says of itself, with the settings that are looked at. It is asked once, however many checks want to know.</summary>
    /// <exception cref="OciHooksException">It cannot be started.</exception>
    internal async Task<ProgramResult> ReportAsync() => (await AskOnce(ref _report, "--wrap-version")).EnsureStarted();

    /// <summary>What the low-level runtime says of itself, asked through the wrapper as an engine does. It is asked once, too.</summary>
    /// <exception cref="OciHooksException">The wrapper cannot be started.</exception>
    internal async Task<ProgramResult> RuntimeVersionAsync() => (await AskOnce(ref _runtimeVersion, "--version")).EnsureStarted();

    /// <summary>Runs a program, for as long as it takes one to answer.</summary>
    /// <exception cref="OciHooksException">It cannot be started.</exception>
    internal async Task<ProgramResult> RunAsync(string program, params IEnumerable<string> arguments) =>
        (await ExternalProgram.RunAsync(program, arguments, s_timeout, Token)).EnsureStarted();

    /// <summary>Whether a path is that of a runc-wrap, be it there or not.</summary>
    internal bool IsWrapper(string path) =>
        Path.GetFileName(path) == WrapperProgram.Name || IsThisWrapper(path);

    /// <summary>Whether a path leads to <see cref="Wrapper"/>.</summary>
    internal bool IsThisWrapper(string path) =>
        HookProgramLint.Stat(Wrapper, out FileStatus own)
        && HookProgramLint.Stat(new FilePath(Files.At(path)), out FileStatus status)
        && status.IsSameFileAs(own);

    private Task<ProgramResult> AskOnce(ref Task<ProgramResult>? answer, string option)
    {
        string[] settings = SettingsFile is null ? [] : ["--wrap-config", SettingsFile.ToString()];
        lock (_lock)
        {
            return answer ??= ExternalProgram.RunAsync(Wrapper.ToString(), [.. settings, option], s_timeout, Token);
        }
    }
}
