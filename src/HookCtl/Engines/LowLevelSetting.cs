using System.Text.Json;
using HookCtl.Files;
using HookCtl.Processes;
using HookEngine.Changing.Injection;
using HookEngine.Model;
using HookEngine.Reading.Settings;
using Linux;

namespace HookCtl.Engines;

/// <summary>The setting <c>runtime</c>, written where it is not set yet.</summary>
internal static class LowLevelSetting
{
    private const string Key = "runtime";

    /// <summary>
    /// The change that makes the wrapper call what the runtime runs in whose place it stands; none if it does so already, or was told what
    /// to call.
    /// </summary>
    internal static IReadOnlyList<FileChange> Inherit(InstallRequest request, InheritedSettings inherited)
    {
        if (inherited.Program is not { } program || request.NamedLowLevel is not null)
        {
            return [];
        }

        byte[]? content = FileChange.Read(request.SettingsFile);
        WrapperSettings settings = content is null ? new WrapperSettings() : SettingsFile.Parse(request.SettingsFile, content);
        if (IsCalled(settings, program))
        {
            return [];
        }

        if (content is not null && settings.Runtime is not ["runc", "crun"])
        {
            throw new OciHooksException(
                $"{request.SettingsFile}: {Key} is {string.Join(", ", settings.Runtime)}, but the runtime {inherited.Name ?? program}, in whose place the "
                + $"wrapper is to stand, runs {program}; everything is left as it is: set {Key} to \"{program}\" there, "
                + "or say what the wrapper is to call with --low-level");
        }

        RuntimeProgram.Check(ProgramSearch.Find(program)?.ToString() ?? program, "--low-level");
        return [Set(request.SettingsFile, program) with { IsOurs = true }];
    }

    /// <summary>The one runtime that somebody has set; null if there is none, or the settings cannot be read.</summary>
    /// <param name="file">The file of settings; null for the usual one.</param>
    internal static string? Chosen(string? file)
    {
        try
        {
            return SettingsFile.Read(file is null ? null : new FilePath(file)).Runtime is [var single] ? single : null;
        }
        catch (OciHooksException)
        {
            return null;
        }
    }

    /// <summary>Whether the wrapper, with such settings, calls a program, which is a path or a name.</summary>
    internal static bool IsCalled(WrapperSettings settings, string program) =>
        settings.Runtime.Select(ProgramOf).FirstOrDefault(called => called is not null) is { } runtime
        && ProgramOf(program) is { } wanted
        && runtime.IsSameFileAs(wanted);

    private static FileStatus? ProgramOf(string program) =>
        program.Contains('/') ? FileChange.Status(program)
        : ProgramSearch.Find(program) is { } found ? FileChange.Status(found.ToString())
        : null;

    /// <summary>The change that sets it; none if it is so.</summary>
    internal static FileChange Set(string file, string runtime)
    {
        byte[]? before = FileChange.Read(file);
        if (before is null)
        {
            return new FileChange(file, null, [.. "{\n  "u8, .. System.Text.Encoding.UTF8.GetBytes(
                new JsonLayout("\n", true, "  ", "  ", true).Member(Key, new JsonValueText(runtime))), .. "\n}\n"u8]);
        }

        WrapperSettings settings = SettingsFile.Parse(file, before);
        JsonObjectText root = JsonObjectText.Root(before, trailingCommas: true)!;
        if (root.Members.Any(member => member.Key.Equals(Key, StringComparison.OrdinalIgnoreCase) && member.Type != JsonTokenType.Null))
        {
            return settings.Runtime is [var single] && single == runtime
                ? new FileChange(file, before, before)
                : throw new OciHooksException(
                    $"{file}: {Key} is set to {string.Join(", ", settings.Runtime)}; it is left as it is: "
                    + "change it there, or leave --low-level out");
        }

        List<Splice> splices = root.Add(Key, new JsonValueText(runtime), null);
        byte[] after = new byte[Splice.LengthAfter(before.Length, splices)];
        Splice.Apply(before, splices, after);
        return new FileChange(file, before, after);
    }
}
