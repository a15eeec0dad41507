using System.Text;
using HookCtl.Files;
using HookCtl.Toml;

namespace HookCtl.Engines.Podman;

/// <summary>hookctl's files in containers.conf.d: one for each runtime, of which a later one hides the lists of an earlier one.</summary>
/// <param name="Path">The file.</param>
internal sealed record PodmanDropIn(string Path)
{
    private const string Head = "# Written by hookctl;";

    /// <summary>What hookctl writes for a runtime.</summary>
    internal static InstalledSettings Own(string name) => new(
    [
        ["engine", "runtime"], ["engine", "runtimes", name], ["engine", "runtimes_flags", name],
        .. PodmanSettings.NameDependentSettings.Keys.Select(key => (string[])["engine", key]),
    ]);

    /// <summary>The settings that Podman has without hookctl's files.</summary>
    internal PodmanSettings SettingsOfOthers => PodmanSettings.Around(new EngineFiles(), Path, IsHookCtls);

    /// <summary>Whether the file makes a runtime the default one.</summary>
    internal bool IsDefault(string name) =>
        FileChange.Read(Path) is { } content && TomlText.Parse(Path, content).String("engine", "runtime") == name;

    /// <summary>What is to be in the file.</summary>
    internal string Text(InstallRequest request, bool makeDefault)
    {
        var text = new StringBuilder();
        PodmanSettings others = SettingsOfOthers;
        (string Key, IReadOnlyList<string> Names)[] lists = [.. Lists(others, request)];
        if (makeDefault || lists.Length > 0)
        {
            _ = text.Append("[engine]\n");
        }

        if (makeDefault)
        {
            _ = text.Append($"runtime = \"{request.Name}\"\n");
        }

        if (lists.Length > 0)
        {
            _ = text.Append($"# Podman judges a runtime by its name: this one can do what {LowLevelName(request)} can, which runc-wrap calls.\n");
        }

        foreach ((string key, IReadOnlyList<string> names) in lists)
        {
            _ = text.Append($"{key} = {Array(names)}\n");
        }

        _ = text.Append($"{(text.Length > 0 ? "\n" : "")}[engine.runtimes]\n\"{request.Name}\" = [\"{request.Wrapper}\"]\n");
        if (others.Flags(LowLevelName(request)) is { } flags)
        {
            _ = text.Append($"\n[engine.runtimes_flags]\n\"{request.Name}\" = {flags}\n");
        }

        return text.ToString();
    }

    /// <summary>The flags that the file had for a runtime, as TOML, if a change of it takes them away; null if there are none.</summary>
    internal string? LostFlags(FileChange change, string name) =>
        Flags(change.Before, name) is { } flags && flags != Flags(change.After, name) ? flags : null;

    private string? Flags(byte[]? content, string name) =>
        TomlText.Parse(Path, content ?? []).Find("engine", "runtimes_flags", name)?.Meaning;

    /// <summary>The changes of hookctl's other files: in each list that a runtime is in, all of hookctl's that are in it.</summary>
    internal IEnumerable<FileChange> OfSiblings(byte[]? own, string name)
    {
        var text = own is null ? null : TomlText.Parse(Path, own);
        foreach (string sibling in new EngineFiles().Matching($"{System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))}/*.conf"))
        {
            if (sibling == System.IO.Path.GetFullPath(Path) || FileChange.Read(sibling) is not { } before || !IsHookCtls(before))
            {
                continue;
            }

            byte[] after = before;
            foreach (string key in PodmanSettings.NameDependentSettings.Keys)
            {
                bool isIn = text?.Find("engine", key)?.Strings.Contains(name) == true;
                after = WithName(sibling, after, key, name, isIn);
            }

            yield return new FileChange(sibling, before, after) { IsOurs = true };
        }
    }

    private static string LowLevelName(InstallRequest request) => request.LowLevel?.Name ?? "runc";

    private IEnumerable<(string Key, IReadOnlyList<string> Names)> Lists(PodmanSettings others, InstallRequest request)
    {
        var all = PodmanSettings.Around(new EngineFiles(), Path, file => System.IO.Path.GetFullPath(file) == System.IO.Path.GetFullPath(Path));
        foreach (string key in PodmanSettings.NameDependentSettings.Keys)
        {
            IReadOnlyList<string> names = others.NameDependent(key);
            if (names.Contains(LowLevelName(request)))
            {
                yield return (key, Ordered(names, all.NameDependent(key).Append(request.Name)));
            }
        }
    }

    /// <summary>First what others have, in their order, then hookctl's own.</summary>
    private static IReadOnlyList<string> Ordered(IReadOnlyList<string> others, IEnumerable<string> names) =>
        [.. others, .. names.Except(others).Order(StringComparer.Ordinal)];

    private byte[] WithName(string file, byte[] content, string key, string name, bool isIn)
    {
        var text = TomlText.Parse(file, content);
        if (text.Find("engine", key) is not { } list || list.Strings.Contains(name) == isIn)
        {
            return content;
        }

        IEnumerable<string> changed = list.Strings.Where(other => other != name);
        string array = Array(Ordered(SettingsOfOthers.NameDependent(key), isIn ? changed.Append(name) : changed));
        return Encoding.UTF8.GetBytes($"{text.Characters.AsSpan(0, list.Place.Start)}{array}{text.Characters.AsSpan(list.Place.End)}");
    }

    private static string Array(IReadOnlyList<string> names) => $"[{string.Join(", ", names.Select(TomlString.Quote))}]";

    private static bool IsHookCtls(string file) => FileChange.Read(file) is { } content && IsHookCtls(content);

    private static bool IsHookCtls(byte[] content) => content.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Head));
}
