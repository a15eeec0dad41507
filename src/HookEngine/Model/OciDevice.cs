using Json;
using Linux;

namespace HookEngine.Model;

/// <summary>A device node in a configuration; OCI runtime specification, "Devices".</summary>
/// <param name="Path">The path in the container.</param>
/// <param name="Type"><c>b</c>, <c>c</c>, <c>u</c> or <c>p</c>.</param>
/// <param name="Major">The major number.</param>
/// <param name="Minor">The minor number.</param>
/// <param name="FileMode">The permission bits; null for the runtime's default.</param>
/// <param name="User">The owner; null for root.</param>
/// <param name="Group">The group; null for root.</param>
internal sealed record OciDevice(string Path, string Type, long Major, long Minor, long? FileMode, long? User, long? Group)
{
    /// <summary>Returns the device of an edit. The device on the host supplies missing values.</summary>
    /// <param name="edit">The edit.</param>
    /// <param name="problem">Why there is no device; null if there is one.</param>
    internal static OciDevice? Of(DeviceEdit edit, out string? problem)
    {
        var device = new OciDevice(edit.Path, edit.Type, edit.Major, edit.Minor, edit.FileMode, edit.User, edit.Group);
        problem = null;
        if (edit.Type == "p" || (edit.Type.Length > 0 && edit.Major > 0))
        {
            return device;
        }

        string host = edit.HostPath ?? edit.Path;
        if (!Stat(host, out FileStatus status))
        {
            problem = $"{host} {FileError.FromErrno("cannot be examined").Text}; give type, major and minor, or the hostPath of a device";
            return null;
        }

        string? type = status.DeviceType;
        problem = type is null ? $"{host} is no device; give the hostPath of one"
            : edit.Type.Length > 0 && edit.Type != type && edit.Type != "u" ? $"{host} is of type {type}, not {edit.Type}; give it as it is"
            : null;
        return problem is null
            ? device with { Type = edit.Type.Length > 0 ? edit.Type : type!, Major = status.DeviceMajor, Minor = status.DeviceMinor }
            : null;
    }

    /// <summary>Reads a device from its JSON.</summary>
    internal static OciDevice Read(ReadOnlySpan<byte> json)
    {
        string? path = null, type = null;
        long? major = null, minor = null, fileMode = null, user = null, group = null;
        var decoder = new GoDecoder(json);
        bool isObject = decoder.EnterObject("devices");
        while (isObject && decoder.NextKey(out string key))
        {
            switch (key)
            {
                case "path": decoder.ReadString(key, ref path); break;
                case "type": decoder.ReadString(key, ref type); break;
                case "major": decoder.ReadInteger(key, ref major); break;
                case "minor": decoder.ReadInteger(key, ref minor); break;
                case "filemode": decoder.ReadInteger(key, ref fileMode); break;
                case "uid": decoder.ReadInteger(key, ref user); break;
                case "gid": decoder.ReadInteger(key, ref group); break;
                default: decoder.Skip(); break;
            }
        }

        return new OciDevice(path ?? "", type ?? "", major ?? 0, minor ?? 0, fileMode, user, group);
    }

    /// <summary>Whether another device has the properties that this one asks for.</summary>
    internal bool IsFulfilledBy(OciDevice other) =>
        Type == other.Type && Major == other.Major && Minor == other.Minor
        && (FileMode is null || FileMode == other.FileMode)
        && (User is null || User == (other.User ?? 0))
        && (Group is null || Group == (other.Group ?? 0));

    /// <summary>Returns the device, with this owner if it has none.</summary>
    internal OciDevice WithOwner(long? user, long? group) => this with { User = User ?? user, Group = Group ?? group };

    /// <summary>Returns the device's JSON, in the order in which engines write it.</summary>
    internal byte[] Write()
    {
        JsonText json = new JsonText().Raw("{\"path\":"u8).String(Path).Raw(",\"type\":"u8).String(Type);
        json.Raw(",\"major\":"u8).Number(Major).Raw(",\"minor\":"u8).Number(Minor);
        WriteNumber(json, ",\"fileMode\":"u8, FileMode);
        WriteNumber(json, ",\"uid\":"u8, User);
        WriteNumber(json, ",\"gid\":"u8, Group);
        return json.Raw("}"u8).ToArray();
    }

    /// <summary>Returns the rule that allows the device, OCI runtime specification, "Allowed Device list"; null if it needs none.</summary>
    /// <param name="permissions">The allowed access, letters of <c>rwm</c>, or <c>none</c>; empty for all.</param>
    internal byte[]? AccessRule(string permissions)
    {
        if (Type is not ("b" or "c") || permissions == "none")
        {
            return null;
        }

        JsonText json = new JsonText().Raw("{\"allow\":true,\"type\":"u8).String(Type);
        json.Raw(",\"major\":"u8).Number(Major).Raw(",\"minor\":"u8).Number(Minor);
        return json.Raw(",\"access\":"u8).String(permissions.Length == 0 ? "rwm" : permissions).Raw("}"u8).ToArray();
    }

    private static void WriteNumber(JsonText json, ReadOnlySpan<byte> key, long? value)
    {
        if (value is { } number)
        {
            json.Raw(key).Number(number);
        }
    }

    private static unsafe bool Stat(string path, out FileStatus status)
    {
        fixed (byte* name = new FilePath(path).Terminated)
        {
            return Libc.Stat(name, out status);
        }
    }
}
