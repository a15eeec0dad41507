using System.Text.Json;
using HookEngine.Model;
using Json;

namespace HookEngine.Reading.Edits;

/// <summary>
/// Reads <c>containerEdits</c> of the Container Device Interface, and the <c>edits</c> of a rule, which have a few more fields. Both are
/// strict: an unknown field is an error.
/// </summary>
internal sealed class EditsReader(bool isOwn)
{
    private static readonly string[] s_names = ["env", "mounts", "deviceNodes", "additionalGids", "hooks"];
    private static readonly string[] s_extendedNames = [.. s_names, "annotations", "seccomp"];
    private static readonly string[] s_unsupported = ["intelRdt", "netDevices"];
    private static readonly string[] s_mountNames = ["hostPath", "containerPath", "options", "type"];
    private static readonly string[] s_hookNames = ["hookName", "path", "args", "env", "timeout"];
    private static readonly string[] s_deviceNames =
        ["path", "hostPath", "type", "major", "minor", "fileMode", "permissions", "uid", "gid"];

    private List<string>? _env;
    private readonly List<MountEdit> _mounts = [];
    private readonly List<DeviceEdit> _devices = [];
    private readonly List<long> _groups = [];
    private readonly List<StagedHook> _hooks = [];
    private List<KeyValuePair<string, string>>? _annotations;
    private SeccompSource? _seccomp;

    /// <summary>Reads the next object. The decoder records the problems.</summary>
    /// <param name="decoder">The decoder of the text.</param>
    /// <param name="field">The object's field.</param>
    /// <param name="isOwn">Whether the object belongs to a rule.</param>
    internal static ContainerEdits Read(ref GoDecoder decoder, string field, bool isOwn) => new EditsReader(isOwn).Read(ref decoder, field);

    private ContainerEdits Read(ref GoDecoder decoder, string field)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        bool isObject = decoder.EnterObject(field);
        while (isObject && decoder.NextField(field + ".", names, out string name))
        {
            ReadField(ref decoder, $"{field}.{name}", name);
        }

        return new ContainerEdits
        {
            Env = _env ?? [],
            Mounts = _mounts,
            DeviceNodes = _devices,
            AdditionalGids = _groups,
            Hooks = _hooks,
            Annotations = _annotations ?? [],
            Seccomp = _seccomp,
        };
    }

    private void ReadField(ref GoDecoder decoder, string field, string name)
    {
        int before = Count, problems = decoder.Problems.Count;
        switch (name)
        {
            case "env":
                _env = ReadEnvironment(ref decoder, field);
                break;
            case "mounts":
                ReadList(ref decoder, field, ReadMount);
                break;
            case "deviceNodes":
                ReadList(ref decoder, field, ReadDevice);
                break;
            case "additionalGids":
                ReadList(ref decoder, field, ReadGroup);
                break;
            case "hooks":
                ReadList(ref decoder, field, ReadHook);
                break;
            case "annotations" when isOwn:
                ReadAnnotations(ref decoder, field);
                break;
            case "seccomp" when isOwn:
                ReadSeccomp(ref decoder, field);
                break;
            default:
                if (s_unsupported.Contains(name))
                {
                    decoder.Skip();
                    decoder.AddProblem(field, "is not supported; have the engine itself apply it, or take it out");
                }
                else
                {
                    decoder.AddUnknown(field, name, isOwn ? s_extendedNames : s_names);
                }

                break;
        }

        bool isEmpty = isOwn && Count == before && decoder.Problems.Count == problems;
        decoder.AddProblemIf(field, isEmpty, "is empty; take it out");
    }

    private int Count => _mounts.Count + _devices.Count + _groups.Count + _hooks.Count + (_env?.Count ?? 0) + (_annotations?.Count ?? 0)
        + (_seccomp is null ? 0 : 1);

    private delegate void ReadElement(ref GoDecoder decoder, string field);

    private static void ReadList(ref GoDecoder decoder, string field, ReadElement read)
    {
        bool isArray = decoder.EnterArray(field);
        for (int i = 0; isArray && decoder.NextElement(); i++)
        {
            read(ref decoder, $"{field}[{i}]");
        }
    }

    private static List<string> ReadEnvironment(ref GoDecoder decoder, string field)
    {
        var env = new List<string>();
        ReadList(ref decoder, field, (ref GoDecoder decoder, string element) =>
        {
            string? entry = null;
            decoder.ReadString(element, ref entry);
            bool isVariable = entry?.IndexOf('=', StringComparison.Ordinal) > 0;
            decoder.AddProblemIf(element, entry is not null && !isVariable, "is no variable; write KEY=value");
            AddIfNul(ref decoder, element, entry);
            env.Add(entry ?? "");
        });
        return env;
    }

    private void ReadMount(ref GoDecoder decoder, string field)
    {
        string? hostPath = null, containerPath = null, type = null;
        List<string>? options = null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        bool isObject = decoder.EnterObject(field);
        while (isObject && decoder.NextField(field + ".", names, out string name))
        {
            switch (name)
            {
                case "hostPath": ReadText(ref decoder, $"{field}.{name}", ref hostPath); break;
                case "containerPath": ReadText(ref decoder, $"{field}.{name}", ref containerPath); break;
                case "type": ReadText(ref decoder, $"{field}.{name}", ref type); break;
                case "options": ReadTexts(ref decoder, $"{field}.{name}", ref options); break;
                default: decoder.AddUnknown($"{field}.{name}", name, s_mountNames); break;
            }
        }

        bool isBind = type is null or "" or "bind";
        decoder.AddProblemIf($"{field}.hostPath",
            isObject && (isBind ? hostPath?.StartsWith('/') != true : string.IsNullOrEmpty(hostPath)),
            "must be an absolute path on the host, or, if there is a type of file system, what it mounts");
        AddUnlessAbsolute(ref decoder, $"{field}.containerPath", isObject, containerPath);
        _mounts.Add(new MountEdit(hostPath ?? "", containerPath ?? "", type ?? "", options ?? []));
    }

    private void ReadDevice(ref GoDecoder decoder, string field)
    {
        string? path = null, hostPath = null, type = null, permissions = null;
        long? major = null, minor = null, fileMode = null, user = null, group = null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        bool isObject = decoder.EnterObject(field);
        while (isObject && decoder.NextField(field + ".", names, out string name))
        {
            switch (name)
            {
                case "path": ReadText(ref decoder, $"{field}.{name}", ref path); break;
                case "hostPath": ReadText(ref decoder, $"{field}.{name}", ref hostPath); break;
                case "type": ReadText(ref decoder, $"{field}.{name}", ref type); break;
                case "permissions": ReadText(ref decoder, $"{field}.{name}", ref permissions); break;
                case "major": ReadNumber(ref decoder, $"{field}.{name}", uint.MaxValue, ref major); break;
                case "minor": ReadNumber(ref decoder, $"{field}.{name}", uint.MaxValue, ref minor); break;
                case "fileMode": ReadNumber(ref decoder, $"{field}.{name}", 0xFFF, ref fileMode); break;
                case "uid": ReadNumber(ref decoder, $"{field}.{name}", uint.MaxValue, ref user); break;
                case "gid": ReadNumber(ref decoder, $"{field}.{name}", uint.MaxValue, ref group); break;
                default: decoder.AddUnknown($"{field}.{name}", name, s_deviceNames); break;
            }
        }

        AddUnlessAbsolute(ref decoder, $"{field}.path", isObject, path);
        AddUnlessAbsolute(ref decoder, $"{field}.hostPath", !string.IsNullOrEmpty(hostPath), hostPath);
        decoder.AddProblemIf($"{field}.type", type is not (null or "" or "b" or "c" or "u" or "p"), $"is \"{type}\"; it must be b, c, u or p");
        decoder.AddProblemIf($"{field}.permissions",
            permissions is not (null or "none") && permissions.Trim('r', 'w', 'm').Length > 0,
            $"is \"{permissions}\"; it must be of the letters rwm, or none");
        _devices.Add(
            new DeviceEdit(
                path ?? "", string.IsNullOrEmpty(hostPath) ? null : hostPath, type ?? "", major ?? 0, minor ?? 0, permissions ?? "")
            {
                FileMode = fileMode,
                User = user,
                Group = group,
            });
    }

    private void ReadGroup(ref GoDecoder decoder, string field)
    {
        long? group = null;
        ReadNumber(ref decoder, field, uint.MaxValue, ref group);
        decoder.AddProblemIf(field, isOwn && group == 0, "is 0, root's group, which CDI does not give; take it out");
        if (group is > 0)
        {
            _groups.Add(group.Value);
        }
    }

    private void ReadHook(ref GoDecoder decoder, string field)
    {
        string? stage = null, path = null;
        List<string>? args = null, env = null;
        long? timeout = null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        bool isObject = decoder.EnterObject(field);
        while (isObject && decoder.NextField(field + ".", names, out string name))
        {
            switch (name)
            {
                case "hookName": ReadText(ref decoder, $"{field}.{name}", ref stage); break;
                case "path": ReadText(ref decoder, $"{field}.{name}", ref path); break;
                case "args": ReadTexts(ref decoder, $"{field}.{name}", ref args); break;
                case "env": env = ReadEnvironment(ref decoder, $"{field}.{name}"); break;
                case "timeout": ReadNumber(ref decoder, $"{field}.{name}", int.MaxValue, ref timeout); break;
                default: decoder.AddUnknown($"{field}.{name}", name, s_hookNames); break;
            }
        }

        HookStage? known = HookStages.Parse(stage ?? "");
        decoder.AddProblemIf($"{field}.hookName",
            isObject && known is null,
            $"is \"{stage}\"; it must be one of {string.Join(", ", HookStages.Names)}");
        AddUnlessAbsolute(ref decoder, $"{field}.path", isObject, path);
        HookStage injected = known is null or HookStage.Prestart ? HookStage.CreateRuntime : known.Value;
        _hooks.Add(new StagedHook(injected, new Hook(path ?? "", args, env, timeout)));
    }

    private void ReadAnnotations(ref GoDecoder decoder, string field)
    {
        _annotations = [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        bool isObject = decoder.EnterObject(field);
        while (isObject && decoder.NextField(field + ".", names, out string name))
        {
            string? value = null;
            decoder.ReadString($"{field}.{name}", ref value);
            decoder.AddProblemIf($"{field}.{name}", name.Length == 0, "has no name; give it one");
            _annotations.Add(new(name, value ?? ""));
        }
    }

    private void ReadSeccomp(ref GoDecoder decoder, string field)
    {
        if (decoder.NextType == JsonTokenType.String)
        {
            string? path = null;
            ReadText(ref decoder, field, ref path);
            AddUnlessAbsolute(ref decoder, field, true, path);
            _seccomp = new SeccompSource(path, default);
            return;
        }

        byte[] text = decoder.SkipText().ToArray();
        string? problem = SeccompProfile.FindProblem(text);
        decoder.AddProblemIf(field, problem is not null, problem ?? "");
        _seccomp = new SeccompSource(null, text);
    }

    private static void ReadText(ref GoDecoder decoder, string field, ref string? text)
    {
        decoder.ReadString(field, ref text);
        AddIfNul(ref decoder, field, text);
    }

    private static void ReadTexts(ref GoDecoder decoder, string field, ref List<string>? texts)
    {
        decoder.ReadStrings(field, ref texts);
        foreach (string text in texts ?? [])
        {
            AddIfNul(ref decoder, field, text);
        }
    }

    private static void ReadNumber(ref GoDecoder decoder, string field, long most, ref long? number)
    {
        decoder.ReadInteger(field, ref number);
        decoder.AddProblemIf(field, number < 0 || number > most, $"is {number}; it must be from 0 to {most}");
    }

    private static void AddIfNul(ref GoDecoder decoder, string field, string? text) => decoder.AddProblemIf(field, text?.Contains('\0', StringComparison.Ordinal) == true, "holds a NUL character; take it out");

    private static void AddUnlessAbsolute(ref GoDecoder decoder, string field, bool isAsked, string? path) =>
        decoder.AddProblemIf(field, isAsked && path?.StartsWith('/') != true, "must be an absolute path");
}
