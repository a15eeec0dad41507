using Json;

namespace HookEngine.Model;

/// <summary>A mount in a configuration; OCI runtime specification, "Mounts".</summary>
/// <param name="Destination">The path in the container, without redundant slashes and dots.</param>
/// <param name="Source">The source.</param>
/// <param name="Type">The file system's type. Runtimes ignore it for a bind mount.</param>
/// <param name="Options">The options.</param>
internal sealed record OciMount(string Destination, string Source, string Type, IReadOnlyList<string> Options)
{
    private const string Bind = "bind";

    private bool IsBind => Options.Contains(Bind) || Options.Contains("rbind");

    /// <summary>Returns the mount of an edit. Without a type it is a bind mount.</summary>
    internal static OciMount Of(MountEdit edit)
    {
        bool isBind = edit.Type is "" or Bind;
        bool saysSo = edit.Options.Contains(Bind) || edit.Options.Contains("rbind");
        return new OciMount(
            Clean(edit.ContainerPath),
            edit.HostPath,
            isBind ? Bind : edit.Type,
            isBind && !saysSo ? ["rbind", .. edit.Options] : edit.Options);
    }

    /// <summary>Reads a mount from its JSON.</summary>
    internal static OciMount Read(ReadOnlySpan<byte> json)
    {
        string? destination = null, source = null, type = null;
        List<string>? options = null;
        var decoder = new GoDecoder(json);
        bool isObject = decoder.EnterObject("mounts");
        while (isObject && decoder.NextKey(out string key))
        {
            switch (key)
            {
                case "destination": decoder.ReadString(key, ref destination); break;
                case "source": decoder.ReadString(key, ref source); break;
                case "type": decoder.ReadString(key, ref type); break;
                case "options": decoder.ReadStrings(key, ref options); break;
                default: decoder.Skip(); break;
            }
        }

        return new OciMount(Clean(destination ?? ""), source ?? "", type ?? "", options ?? []);
    }

    /// <summary>Whether both mount the same source at the same path in the same way.</summary>
    internal bool IsSameAs(OciMount other) =>
        Destination == other.Destination
        && Source == other.Source
        && (IsBind ? other.IsBind : Type == other.Type)
        && Options.ToHashSet(StringComparer.Ordinal).SetEquals(other.Options);

    /// <summary>Whether this mount's path is below the other's.</summary>
    internal bool IsInside(OciMount other) => Destination.StartsWith(other.Destination.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>Returns the mount's JSON, in the order in which engines write it.</summary>
    internal byte[] Write()
    {
        JsonText json = new JsonText().Raw("{\"destination\":"u8).String(Destination);
        json.Raw(",\"type\":"u8).String(Type).Raw(",\"source\":"u8).String(Source);
        if (Options.Count > 0)
        {
            json.Raw(",\"options\":"u8).Strings(Options);
        }

        return json.Raw("}"u8).ToArray();
    }

    private static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }
}
