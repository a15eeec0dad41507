using System.Text.Json;
using Json;
using Linux;

namespace HookEngine.Changing.Bundles;

/// <summary>
/// <c>linux.cgroupsPath</c> of a config.json. Its form is the runtime's own; for those that leave cgroups to systemd it is
/// <c>slice:prefix:name</c>, such as <c>kubepods-burstable.slice:cri-containerd:ID</c>.
/// </summary>
public static class CgroupsPath
{
    private const string SliceSuffix = ".slice";

    /// <summary>
    /// Whether a configuration's path is of systemd's form, and would name one directory if the runtime took it for a path. False too if
    /// the file cannot be read: that is the runtime's to say.
    /// </summary>
    public static bool IsForSystemd(FilePath config)
    {
        using NativeBuffer? text = RegularFile.Read(config, BundleConfig.SizeLimit, out _);
        try
        {
            return text is not null && Read(text.Span)?.Split(':') is [var slice, _, _]
                && slice.EndsWith(SliceSuffix, StringComparison.Ordinal)
                && !slice.Contains('/');
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? Read(ReadOnlySpan<byte> json)
    {
        string? path = null;
        var decoder = new GoDecoder(json);
        bool isObject = decoder.EnterObject("the file");
        while (isObject && decoder.NextKey(out string key))
        {
            if (key != "linux")
            {
                decoder.Skip();
                continue;
            }

            bool isLinux = decoder.EnterObject(key);
            path = isLinux ? path : null;
            while (isLinux && decoder.NextKey(out string member))
            {
                if (member == "cgroupspath")
                {
                    decoder.ReadString("linux.cgroupsPath", ref path);
                }
                else
                {
                    decoder.Skip();
                }
            }
        }

        return path;
    }
}
