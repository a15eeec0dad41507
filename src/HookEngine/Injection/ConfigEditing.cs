using System.Globalization;
using System.Text.Json;
using HookEngine.Edits;
using HookEngine.Json;

namespace HookEngine.Injection;

/// <summary>
/// Makes edits in a configuration one after the other, as the Container Device Interface's own library does, but that a collision with
/// what is there is a question to the rule.
/// </summary>
internal ref struct ConfigEditing
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly List<AppliedEdit> _applied = [];

    internal ConfigEditing(ReadOnlySpan<byte> json)
    {
        _json = json;
        Document = EditableJson.Read(json);
    }

    /// <summary>The configuration with the edits.</summary>
    internal EditableJson Document { get; }

    /// <summary>What became of each edit.</summary>
    internal readonly IReadOnlyList<AppliedEdit> Applied => _applied;

    /// <summary>Makes edits.</summary>
    /// <exception cref="OciHooksException">One cannot be made.</exception>
    internal readonly void Apply(PlannedEdits planned)
    {
        if (!Document.HasItems)
        {
            throw Impossible(planned, "config.json holds nothing to edit; the engine or tool that made the bundle must write it anew");
        }

        foreach (string variable in planned.Edits.Env)
        {
            SetVariable(planned, variable);
        }

        foreach (DeviceEdit device in planned.Edits.DeviceNodes)
        {
            AddDevice(planned, device);
        }

        foreach (MountEdit mount in planned.Edits.Mounts)
        {
            AddMount(planned, mount);
        }

        foreach (long group in planned.Edits.AdditionalGids)
        {
            AddGroup(planned, group);
        }

        foreach ((string key, string value) in planned.Edits.Annotations)
        {
            EditableJson annotations = Document.Make("annotations", JsonTokenType.StartObject);
            Set(planned, "annotations", key, annotations, key, new JsonText().String(value).ToArray());
        }

        if (planned.Edits.Seccomp is { } seccomp)
        {
            EditableJson linux = Document.Make("linux", JsonTokenType.StartObject);
            _ = Document.Find("linux.seccomp", JsonTokenType.StartObject);
            Set(planned, "seccomp", "seccomp", linux, "seccomp", seccomp.Text.ToArray());
        }
    }

    /// <summary>Of several of one name, some programs take the first and some the last: all get the value.</summary>
    private readonly void SetVariable(PlannedEdits planned, string variable)
    {
        EditableJson env = ProcessList(planned, "env");
        string name = variable[..variable.IndexOf('=', StringComparison.Ordinal)];
        var same = new List<EditableJson>();
        bool isEqual = true;
        foreach (EditableJson entry in env.Values)
        {
            string text = StringOf(entry);
            if (text.StartsWith(name + "=", StringComparison.Ordinal) || text == name)
            {
                same.Add(entry);
                isEqual &= text == variable;
            }
        }

        byte[] json = new JsonText().String(variable).ToArray();
        Put(planned, "env", name, env, same, isEqual, json);
    }

    /// <summary>A mount goes to the end, but before those inside it, which it would hide.</summary>
    private readonly void AddMount(PlannedEdits planned, MountEdit mount)
    {
        EditableJson mounts = Document.Make("mounts", JsonTokenType.StartArray);
        var wanted = OciMount.Of(mount);
        EditableJson? same = null, inside = null;
        bool isEqual = false;
        foreach (EditableJson value in mounts.Values)
        {
            var known = OciMount.Read(value.TextIn(_json));
            if (known.Destination == wanted.Destination)
            {
                same = value;
                isEqual = known.IsSameAs(wanted);
            }
            else if (known.IsInside(wanted))
            {
                inside ??= value;
            }
        }

        Put(planned, "mounts", mount.ContainerPath, mounts, same is null ? [] : [same], isEqual, wanted.Write(), inside);
    }

    private readonly void AddDevice(PlannedEdits planned, DeviceEdit edit)
    {
        OciDevice device = Device(planned, edit);
        EditableJson devices = Document.Make("linux.devices", JsonTokenType.StartArray);
        var same = new List<EditableJson>();
        bool isEqual = true;
        foreach (EditableJson value in devices.Values)
        {
            var known = OciDevice.Read(value.TextIn(_json));
            if (known.Path == device.Path)
            {
                same.Add(value);
                isEqual &= device.IsFulfilledBy(known);
            }
        }

        EditOutcome outcome = Put(
            planned, "deviceNodes", device.Path, devices, same, isEqual, device.WithOwner(ProcessId("uid"), ProcessId("gid")).Write());
        if (outcome != EditOutcome.Kept && device.AccessRule(edit.Permissions) is { } rule)
        {
            Allow(rule);
        }
    }

    /// <summary>Rules go one after the other: one that is there is enough unless another after it takes it back.</summary>
    private readonly void Allow(byte[] rule)
    {
        EditableJson rules = Document.Make("linux.resources.devices", JsonTokenType.StartArray);
        byte[] wanted = ConfigChange.Canonical(rule);
        bool isThere = false;
        foreach (EditableJson value in rules.Values)
        {
            byte[] known = ConfigChange.Canonical(value.TextIn(_json));
            isThere = known.AsSpan().SequenceEqual(wanted) || (isThere && known.AsSpan().IndexOf("\"allow\":true"u8) >= 0);
        }

        if (!isThere)
        {
            rules.Add(rule);
        }
    }

    private readonly void AddGroup(PlannedEdits planned, long group)
    {
        EditableJson groups = ProcessList(planned, "user.additionalGids");
        byte[] text = new JsonText().Number(group).ToArray();
        var same = new List<EditableJson>();
        foreach (EditableJson value in groups.Values)
        {
            if (value.TextIn(_json).SequenceEqual(text))
            {
                same.Add(value);
            }
        }

        Put(planned, "additionalGids", group.ToString(CultureInfo.InvariantCulture), groups, same, true, text);
    }

    /// <summary>Adds an element, unless there are such as it collides with.</summary>
    private readonly EditOutcome Put(
        PlannedEdits planned,
        string kind,
        string name,
        EditableJson list,
        List<EditableJson> same,
        bool isEqual,
        byte[] text,
        EditableJson? before = null)
    {
        EditOutcome outcome = Outcome(planned, kind, name, same.Count > 0, isEqual);
        if (outcome == EditOutcome.Added)
        {
            list.Add(text, before);
        }
        else if (outcome == EditOutcome.Replaced)
        {
            same.ForEach(value => value.Replace(text));
        }

        return outcome;
    }

    private readonly void Set(PlannedEdits planned, string kind, string name, EditableJson holder, string key, byte[] text)
    {
        EditableJson? there = holder.Entry(key);
        bool isNothing = there is null || there.TextIn(_json).SequenceEqual("null"u8);
        bool isEqual = !isNothing
            && ConfigChange.Canonical(there!.TextIn(_json)).AsSpan().SequenceEqual(ConfigChange.Canonical(text));
        if (Outcome(planned, kind, name, !isNothing, isEqual) is EditOutcome.Added or EditOutcome.Replaced)
        {
            holder.Set(key, text);
        }
    }

    /// <summary>What becomes of an edit; it is noted.</summary>
    private readonly EditOutcome Outcome(PlannedEdits planned, string kind, string name, bool isThere, bool isEqual)
    {
        OnConflict onConflict = planned.Rule.Edits?.OnConflict ?? OnConflict.Fail;
        EditOutcome outcome = !isThere ? EditOutcome.Added
            : isEqual ? EditOutcome.Present
            : onConflict == OnConflict.Keep ? EditOutcome.Kept
            : onConflict == OnConflict.Replace ? EditOutcome.Replaced
            : throw Collision(planned, kind, name);
        _applied.Add(new AppliedEdit(planned.Rule, planned.Device, kind, name, outcome));
        return outcome;
    }

    private readonly OciHooksException Collision(PlannedEdits planned, string kind, string name)
    {
        AppliedEdit? other = _applied.Find(
            edit => edit.Kind == kind && edit.Name == name && edit.Outcome is EditOutcome.Added or EditOutcome.Replaced);
        string whose = other is null ? "config.json has another"
            : other.Rule == planned.Rule ? "the rule has another, too"
            : $"{other.Rule.Path} has another";
        return Impossible(
            planned, $"{kind}: {name}: {whose}; set \"onConflict\" to \"replace\" or \"keep\", or take one of the two out");
    }

    private static OciHooksException Impossible(PlannedEdits planned, string problem) =>
        new($"{planned.Rule.Path}: {(planned.Device is { } device ? $"CDI device {device}" : "edits")}: {problem}");

    private readonly EditableJson ProcessList(PlannedEdits planned, string name) =>
        Document.Find("process", JsonTokenType.StartObject) is { HasItems: true }
            ? Document.Make("process." + name, JsonTokenType.StartArray)
            : throw Impossible(planned, "config.json has no process; have the rule pass over such containers");

    private static OciDevice Device(PlannedEdits planned, DeviceEdit edit)
    {
        OciDevice? device = OciDevice.Of(edit, out string? problem);
        return device ?? throw Impossible(planned, $"deviceNodes: {edit.Path}: {problem}");
    }

    /// <summary>An ID of the process's user; null if it is root's, or there is none.</summary>
    private readonly long? ProcessId(string name)
    {
        EditableJson? user = Document.Find("process", JsonTokenType.StartObject) is null ? null
            : Document.Find("process.user", JsonTokenType.StartObject);
        if (user?.Entry(name) is not { } value)
        {
            return null;
        }

        long? id = null;
        var decoder = new GoDecoder(value.TextIn(_json));
        decoder.ReadInteger(name, ref id);
        return id is > 0 ? id : null;
    }

    private readonly string StringOf(EditableJson value)
    {
        string? text = null;
        var decoder = new GoDecoder(value.TextIn(_json));
        decoder.ReadString("", ref text);
        return text ?? "";
    }
}
