using System.Text.Json;
using HookCtl.Files;

namespace HookCtl.Engines;

/// <summary>The containers that runc and crun were told to create by hand: each keeps where the bundle is.</summary>
internal static class RuntimeContainers
{
    private const string BundleLabel = "bundle=";

    internal static IEnumerable<FoundContainer> List(EngineFiles files)
    {
        IEnumerable<string> roots = EngineFiles.OwnDirectories() is var (run, _) ? ["/run", run] : ["/run"];
        return roots.SelectMany(root =>
            List(files, "runc", $"{root}/runc", RuncBundle).Concat(List(files, "crun", $"{root}/crun", CrunBundle)));
    }

    private static IEnumerable<FoundContainer> List(
        EngineFiles files, string runtime, string state, Func<EngineFiles, string, string?> bundleOf)
    {
        foreach (string id in files.Directories(state))
        {
            if (bundleOf(files, $"{state}/{id}") is { } bundle)
            {
                yield return new FoundContainer(runtime, id, [], files.At($"{bundle}/config.json"));
            }
        }
    }

    private static string? RuncBundle(EngineFiles files, string state)
    {
        JsonElement? json = files.Json($"{state}/state.json");
        JsonElement? config = json is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty("config", out JsonElement member)
            ? member
            : null;
        return EngineFiles.Strings(config, "labels")
            .FirstOrDefault(label => label.StartsWith(BundleLabel, StringComparison.Ordinal))?[BundleLabel.Length..];
    }

    private static string? CrunBundle(EngineFiles files, string state) => EngineFiles.String(files.Json($"{state}/status"), "bundle");
}
