using HookEngine.Reading.Bundles;
using Json;

namespace HookEngine.Running.Precreate;

/// <summary>Checks what a precreate program printed: what no runtime takes must not take the place of what the engine wrote.</summary>
internal static class PrecreateOutput
{
    /// <summary>What is wrong with it; null if it is a configuration, OCI runtime specification "Configuration".</summary>
    internal static string? FindProblem(ReadOnlySpan<byte> json)
    {
        if (ContainerConfig.Parse(json, out string? problem, isDetailed: true) is not { } config)
        {
            return problem;
        }

        if (config.Unreadable.First is { } unreadable)
        {
            return unreadable;
        }

        if (!config.Hooks.IsObject)
        {
            return "it is no object";
        }

        var decoder = new GoDecoder(json);
        string? version = null, root = null;
        _ = decoder.EnterObject("the file");
        while (decoder.NextKey(out string key))
        {
            switch (key)
            {
                case "ociversion":
                    decoder.ReadString("ociVersion", ref version);
                    break;
                case "root":
                    ReadRoot(ref decoder, ref root);
                    break;
                default:
                    decoder.Skip();
                    break;
            }
        }

        return decoder.Problems is [var first, ..] ? $"{first.Field} {first.Text}"
            : string.IsNullOrEmpty(version) ? "it has no ociVersion"
            : string.IsNullOrEmpty(root) ? "it has no root.path"
            : null;
    }

    private static void ReadRoot(ref GoDecoder decoder, ref string? path)
    {
        bool isObject = decoder.EnterObject("root");
        while (isObject && decoder.NextKey(out string key))
        {
            if (key == "path")
            {
                decoder.ReadString("root.path", ref path);
            }
            else
            {
                decoder.Skip();
            }
        }
    }
}
