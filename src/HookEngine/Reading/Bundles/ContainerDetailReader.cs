using HookEngine.Model;
using Json;

namespace HookEngine.Reading.Bundles;

/// <summary>Reads, for a <see cref="ContainerConfigReader"/>, the fields that only rules of format <c>ocihooks/1</c> need.</summary>
internal sealed class ContainerDetailReader
{
    private readonly List<ContainerMount> _mounts = [];
    private readonly List<string?> _networks = [];
    private List<string>? _env;
    private long? _user;
    private long? _group;
    private string? _root;
    private string? _hostname;
    private string? _destination;
    private string? _source;
    private bool _allowsAllDevices;
    private bool _hasMaskedPaths;

    /// <summary>Returns all that was read.</summary>
    internal ContainerDetail Detail(
        IReadOnlyList<KeyValuePair<string, string>> annotations, IReadOnlyList<string> args, UnreadableFields unreadable) => new()
        {
            Unreadable = unreadable,
            Annotations = annotations,
            Args = args,
            Env = _env ?? [],
            UserId = _user,
            GroupId = _group ?? 0,
            Mounts = _mounts,
            RootPath = _root,
            Hostname = _hostname,
            NetworkNamespaces = _networks,
            AllowsAllDevices = _allowsAllDevices,
            HasMaskedPaths = _hasMaskedPaths,
        };

    /// <summary>Reads a member of the configuration. Returns false, and reads nothing, if the member is not needed.</summary>
    internal bool ReadMember(ref GoDecoder decoder, string key)
    {
        switch (key)
        {
            case "hostname":
                decoder.ReadString(key, ref _hostname);
                return true;
            case "root":
                ReadRoot(ref decoder);
                return true;
            case "linux":
                ReadLinux(ref decoder);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads a member of <c>process</c>. Returns false if it is not needed.</summary>
    internal bool ReadProcessMember(ref GoDecoder decoder, string key)
    {
        switch (key)
        {
            case "env":
                decoder.ReadStrings("process.env", ref _env);
                return true;
            case "user":
                _user ??= 0;
                bool isObject = decoder.EnterObject("process.user");
                while (isObject && decoder.NextKey(out string part))
                {
                    ReadUserMember(ref decoder, part);
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads a member of one of the <c>mounts</c>. Returns false if it is not needed.</summary>
    internal bool ReadMountMember(ref GoDecoder decoder, string key)
    {
        switch (key)
        {
            case "destination":
                decoder.ReadString("mounts.destination", ref _destination);
                return true;
            case "source":
                decoder.ReadString("mounts.source", ref _source);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Ends one of the <c>mounts</c> and adds it.</summary>
    internal void EndMount(bool isBind)
    {
        _mounts.Add(new ContainerMount(_destination ?? "", _source ?? "", isBind));
        (_destination, _source) = (null, null);
    }

    private void ReadUserMember(ref GoDecoder decoder, string key)
    {
        switch (key)
        {
            case "uid": decoder.ReadInteger("process.user.uid", ref _user); break;
            case "gid": decoder.ReadInteger("process.user.gid", ref _group); break;
            default: decoder.Skip(); break;
        }
    }

    private void ReadRoot(ref GoDecoder decoder)
    {
        bool isObject = decoder.EnterObject("root");
        while (isObject && decoder.NextKey(out string key))
        {
            if (key == "path")
            {
                decoder.ReadString("root.path", ref _root);
            }
            else
            {
                decoder.Skip();
            }
        }
    }

    private void ReadLinux(ref GoDecoder decoder)
    {
        bool isObject = decoder.EnterObject("linux");
        while (isObject && decoder.NextKey(out string key))
        {
            switch (key)
            {
                case "maskedpaths":
                    List<string>? paths = null;
                    decoder.ReadStrings("linux.maskedPaths", ref paths);
                    _hasMaskedPaths = paths is { Count: > 0 };
                    break;
                case "namespaces": ReadNamespaces(ref decoder); break;
                case "resources": ReadResources(ref decoder); break;
                default: decoder.Skip(); break;
            }
        }
    }

    private void ReadNamespaces(ref GoDecoder decoder)
    {
        bool isArray = decoder.EnterArray("linux.namespaces");
        while (isArray && decoder.NextElement())
        {
            string? type = null, path = null;
            bool isObject = decoder.EnterObject("linux.namespaces");
            while (isObject && decoder.NextKey(out string key))
            {
                switch (key)
                {
                    case "type": decoder.ReadString("linux.namespaces.type", ref type); break;
                    case "path": decoder.ReadString("linux.namespaces.path", ref path); break;
                    default: decoder.Skip(); break;
                }
            }

            if (type == "network")
            {
                _networks.Add(string.IsNullOrEmpty(path) ? null : path);
            }
        }
    }

    private void ReadResources(ref GoDecoder decoder)
    {
        bool isObject = decoder.EnterObject("linux.resources");
        while (isObject && decoder.NextKey(out string key))
        {
            if (key != "devices")
            {
                decoder.Skip();
                continue;
            }

            bool isArray = decoder.EnterArray("linux.resources.devices");
            while (isArray && decoder.NextElement())
            {
                ReadDeviceRule(ref decoder);
            }
        }
    }

    /// <summary>Reads a device rule. Rules apply in order, so a rule for all devices overrides those before it.</summary>
    private void ReadDeviceRule(ref GoDecoder decoder)
    {
        const string field = "linux.resources.devices";
        bool? allow = null;
        string? type = null, access = null;
        long? major = null, minor = null;
        bool isObject = decoder.EnterObject(field);
        while (isObject && decoder.NextKey(out string key))
        {
            switch (key)
            {
                case "allow": decoder.ReadBoolean($"{field}.allow", ref allow); break;
                case "type": decoder.ReadString($"{field}.type", ref type); break;
                case "access": decoder.ReadString($"{field}.access", ref access); break;
                case "major": decoder.ReadInteger($"{field}.major", ref major); break;
                case "minor": decoder.ReadInteger($"{field}.minor", ref minor); break;
                default: decoder.Skip(); break;
            }
        }

        bool isForAll = type is null or "" or "a" && major is null or -1 && minor is null or -1;
        if (isForAll && access is null or "" or "rwm")
        {
            _allowsAllDevices = allow == true;
        }
    }
}
