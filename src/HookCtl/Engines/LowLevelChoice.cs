using HookCtl.Files;
using HookCtl.Processes;

namespace HookCtl.Engines;

/// <summary>The low-level runtime that a wrapper calls.</summary>
/// <param name="Path">Its program.</param>
/// <param name="IsChosen">Whether somebody has set it, rather than that it was found.</param>
internal sealed record LowLevelChoice(string Path, bool IsChosen)
{
    /// <summary>Runtimes of the same kind: where one stood, containers run with another.</summary>
    private static readonly string[] s_plain = ["runc", "crun"];

    /// <summary>Its name, by which engines judge it.</summary>
    internal string Name => System.IO.Path.GetFileName(Path);

    /// <summary>What a wrapper calls with some settings; null if it does not tell.</summary>
    /// <param name="wrapper">The wrapper's path.</param>
    /// <param name="settings">The file of settings; null for the usual one.</param>
    /// <param name="token">Ends the wait for it.</param>
    internal static async Task<LowLevelChoice?> AskAsync(string wrapper, string? settings, CancellationToken token)
    {
        string[] options = settings is null ? [] : ["--wrap-config", System.IO.Path.GetFullPath(settings)];
        return Of(await ExternalProgram.RunAsync(wrapper, [.. options, "--wrap-version"], token), settings);
    }

    /// <summary>What a wrapper calls by what it said to <c>--wrap-version</c>; null if that does not tell.</summary>
    internal static LowLevelChoice? Of(ProgramResult told, string? settings)
    {
        const string Word = "runtime ";
        string? line = told.ExitCode == 0
            ? told.Output.Split('\n').FirstOrDefault(line => line.StartsWith(Word, StringComparison.Ordinal))
            : null;
        return line is null ? null : new LowLevelChoice(line[Word.Length..], LowLevelSetting.Chosen(settings) is not null);
    }

    /// <summary>Whether a runtime's program, a path or a name in PATH, is this one.</summary>
    internal bool Is(string program) =>
        ProgramSearch.FindAnywhere(program) is { } found
        && FileChange.Status(found) is { } status
        && FileChange.Status(Path) is { } own
        && status.IsSameFileAs(own);

    /// <summary>
    /// Why the wrapper cannot take the place of an engine's default runtime; null if it can. It would drop what that runtime does, or
    /// run containers with another one than before, unless somebody has chosen that.
    /// </summary>
    /// <param name="choice">What the wrapper calls; null if that is not known.</param>
    /// <param name="name">The default runtime's name.</param>
    /// <param name="program">Its program; null if that is not known.</param>
    internal static string? Validate(LowLevelChoice? choice, string name, string? program)
    {
        bool isPlain = s_plain.Contains(program is null ? name : System.IO.Path.GetFileName(program));
        if ((program is not null && choice?.Is(program) == true) || (isPlain && choice is { IsChosen: true } && s_plain.Contains(choice.Name)))
        {
            return null;
        }

        string what = program is null || program == name ? name : $"{name} ({program})";
        string calls = choice is null ? "it is not known what runc-wrap calls" : $"runc-wrap calls {choice.Path}";
        string advice = isPlain ? $"say which one is meant with --low-level {program ?? name}, or --low-level {choice?.Path ?? "PATH"}"
            : program is null ? "leave --default out, and give containers the runtime by its name"
            : $"make the wrapper call it with --low-level {program}, or leave --default out";
        return $"the default runtime is {what}, and {calls}, so containers would no longer get what they get now; nothing was changed: {advice}";
    }
}
