using HookCtl.Processes;
using HookCtl.Toml;
using Linux;

namespace HookCtl.Engines.Containerd;

/// <summary>What containerd itself makes of its files.</summary>
internal static class ContainerdValidation
{
    private const string Source = "containerd config dump";

    /// <summary>The settings as containerd shows them; null if it is not there to be asked, or does not take its files.</summary>
    /// <exception cref="OciHooksException">It is there, and does not answer.</exception>
    internal static async Task<TomlText?> ShownAsync(string mainFile, CancellationToken token) =>
        await DumpAsync(mainFile, token) is { ExitCode: 0 } dump ? TomlText.Parse(Source, dump.Output) : null;

    /// <summary>Null if containerd shows the runtime and is otherwise as before, or is not there to be asked; else what is wrong.</summary>
    /// <param name="mainFile">containerd's file.</param>
    /// <param name="before">What it showed before; null if nothing.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="table">The runtime's settings as they were written.</param>
    /// <param name="token">Ends the wait for containerd.</param>
    /// <exception cref="OciHooksException">containerd is there, and does not answer.</exception>
    internal static async Task<string?> ProblemAsync(
        string mainFile, TomlText? before, InstallRequest request, RuntimeTable table, CancellationToken token)
    {
        ProgramResult dump = await DumpAsync(mainFile, token);
        if (dump.ExitCode is null)
        {
            return null;
        }

        if (dump.ExitCode != 0)
        {
            string when = before is null ? "its files, nor did it before the runtime was added" : "it with the runtime added";
            return $"containerd does not take {when}: {dump.LastLines(1)}";
        }

        try
        {
            var shown = TomlText.Parse(Source, dump.Output);
            var runtimes = new ContainerdRuntimes(shown);
            return !runtimes.Tables.TryGetValue(request.Name, out RuntimeTable? runtime)
                || (request.MakeDefault && runtimes.Default != request.Name)
                    ? "containerd does not show the runtime, though it is there: another file hides it"
                : Difference(runtime, table) is { } setting ? $"containerd shows the runtime with another {setting} than was written"
                : before is not null && Lost(before, shown, request) is { } lost ? $"with the runtime added, containerd shows another {lost}"
                : null;
        }
        catch (OciHooksException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>Asks containerd. One that is there and does not answer is none that is not there.</summary>
    private static async Task<ProgramResult> DumpAsync(string mainFile, CancellationToken token)
    {
        ProgramResult dump = await ExternalProgram.RunAsync("containerd", ["--config", mainFile, "config", "dump"], token);
        return !dump.TimedOut ? dump : throw new OciHooksException(
            $"{dump.Failure}; everything is left as it is: run {Source} by hand, and try again when it answers");
    }

    private static string? Difference(RuntimeTable shown, RuntimeTable written)
    {
        (RuntimeTableSetting? own, RuntimeTableSetting? other) = shown.Differences(written).FirstOrDefault();
        return (own ?? other)?.Name;
    }

    /// <summary>The first setting that is another one than before, those aside that an install is to change.</summary>
    private static string? Lost(TomlText before, TomlText after, InstallRequest request)
    {
        Dictionary<string, string> old = Meanings(before, request);
        Dictionary<string, string> current = Meanings(after, request);
        return old.Keys.Concat(current.Keys).FirstOrDefault(name => old.GetValueOrDefault(name) != current.GetValueOrDefault(name));
    }

    private static Dictionary<string, string> Meanings(TomlText text, InstallRequest request)
    {
        var meanings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (TomlValue value in text.Values)
        {
            var setting = new RuntimeTableSetting(value.Name, value.Meaning);
            bool isToChange = value.Name switch
            {
                ["imports"] => true,
                ["plugins", _, "containerd", "default_runtime_name"] => request.MakeDefault,
                ["plugins", _, "containerd", "runtimes", var name, ..] => name == request.Name,
                _ => false,
            };
            if (!isToChange && !setting.IsNothing)
            {
                meanings[setting.Name] = setting.Value;
            }
        }

        return meanings;
    }
}
