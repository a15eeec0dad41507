using System.Globalization;
using System.Text.Json;
using HookEngine.Model;
using Json;
using Linux;

namespace HookEngine.Changing.Injection;

/// <summary>
/// Makes edits in a configuration one after the other, as the Container Device Interface's own library does, but that a collision with
/// what is there is a question to the rule.
/// </summary>
internal ref struct ConfigEditing
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly List<AppliedEdit> _applied = [];
    private ListIndex? _env;
    private ListIndex? _devices;
    private ListIndex? _groups;
    private DeviceRules? _deviceRules;
    private EditableJson? _mounts;
    private MountTree? _places;

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
    internal void Apply(PlannedEdits planned)
    {
        try
        {
            Make(planned);
        }
        catch (OciHooksException problem)
        {
            string whose = planned.Device is { } device ? $"CDI device {device}" : "edits";
            throw new OciHooksException($"{planned.Rule.Path}: {whose}: {problem.Message}");
        }
    }

    private void Make(PlannedEdits planned)
    {
        if (!Document.HasItems)
        {
            throw new OciHooksException("config.json holds nothing to edit; the engine or tool that made the bundle must write it anew");
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
    private void SetVariable(PlannedEdits planned, string variable)
    {
        if (_env is null)
        {
            _env = new ListIndex(ProcessList("env"));
            foreach (EditableJson entry in _env.List.Values)
            {
                _env.Add(NameOf(StringOf(entry)), entry);
            }
        }

        string name = NameOf(variable);
        bool isEqual = true;
        foreach (EditableJson entry in _env.Of(name))
        {
            isEqual &= StringOf(entry) == variable;
        }

        Put(planned, "env", name, _env, isEqual, new JsonText().String(variable).ToArray());
    }

    /// <summary>The name in <c>NAME=value</c>; all of a text without a value.</summary>
    private static string NameOf(string variable)
    {
        int equals = variable.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? variable : variable[..equals];
    }

    /// <summary>A mount goes to the end, but before those inside it, which it would hide.</summary>
    private void AddMount(PlannedEdits planned, MountEdit mount)
    {
        _mounts ??= Document.Make("mounts", JsonTokenType.StartArray);
        _places ??= PlacesOf(_mounts);
        var wanted = OciMount.Of(mount);
        MountTree place = _places.At(wanted.Destination);
        EditableJson? same = place.Here;
        bool isEqual = same is not null && OciMount.Read(same.TextIn(_json)).IsSameAs(wanted);
        EditOutcome outcome = Outcome(planned, "mounts", mount.ContainerPath, same is not null, isEqual);
        if (outcome == EditOutcome.Added)
        {
            EditableJson? inside = place.FirstBelow;
            _places.Add(wanted.Destination, _mounts.Add(wanted.Write(), inside), inside);
        }
        else if (outcome == EditOutcome.Replaced)
        {
            same!.Replace(wanted.Write());
        }
    }

    private readonly MountTree PlacesOf(EditableJson mounts)
    {
        var places = new MountTree();
        foreach (EditableJson value in mounts.Values)
        {
            places.Add(OciMount.Read(value.TextIn(_json)).Destination, value, null);
        }

        return places;
    }

    private void AddDevice(PlannedEdits planned, DeviceEdit edit)
    {
        OciDevice device = Device(edit);
        if (_devices is null)
        {
            _devices = new ListIndex(Document.Make("linux.devices", JsonTokenType.StartArray));
            foreach (EditableJson value in _devices.List.Values)
            {
                _devices.Add(OciDevice.Read(value.TextIn(_json)).Path, value);
            }
        }

        bool isEqual = true;
        foreach (EditableJson value in _devices.Of(device.Path))
        {
            isEqual &= device.IsFulfilledBy(OciDevice.Read(value.TextIn(_json)));
        }

        byte[] text = device.WithOwner(ProcessId("uid"), ProcessId("gid")).Write();
        EditOutcome outcome = Put(planned, "deviceNodes", device.Path, _devices, isEqual, text);
        if (outcome != EditOutcome.Kept && device.AccessRule(edit.Permissions) is { } rule)
        {
            _deviceRules ??= new DeviceRules(Document.Make("linux.resources.devices", JsonTokenType.StartArray), _json);
            _deviceRules.Allow(rule);
        }
    }

    private void AddGroup(PlannedEdits planned, long group)
    {
        if (_groups is null)
        {
            _groups = new ListIndex(ProcessList("user.additionalGids"));
            foreach (EditableJson value in _groups.List.Values)
            {
                _groups.Add(ConfigChange.Canonical(value.TextIn(_json)), value);
            }
        }

        byte[] text = new JsonText().Number(group).ToArray();
        Put(planned, "additionalGids", group.ToString(CultureInfo.InvariantCulture), _groups, isEqual: true, text);
    }

    /// <summary>Adds an element at the end, unless there are such as it collides with.</summary>
    private readonly EditOutcome Put(PlannedEdits planned, string kind, string key, ListIndex list, bool isEqual, byte[] text)
    {
        List<EditableJson> same = list.Of(key);
        EditOutcome outcome = Outcome(planned, kind, key, same.Count > 0, isEqual);
        if (outcome == EditOutcome.Added)
        {
            list.Add(key, list.List.Add(text));
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
            && ConfigChange.Canonical(there!.TextIn(_json)) == ConfigChange.Canonical(text);
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
        return new OciHooksException($"{kind}: {name}: {whose}; set \"onConflict\" to \"replace\" or \"keep\", or take one of the two out");
    }

    private readonly EditableJson ProcessList(string name) =>
        Document.Find("process", JsonTokenType.StartObject) is { HasItems: true }
            ? Document.Make("process." + name, JsonTokenType.StartArray)
            : throw new OciHooksException("config.json has no process; have the rule pass over such containers");

    private static OciDevice Device(DeviceEdit edit)
    {
        OciDevice? device = OciDevice.Of(edit, out string? problem);
        return device ?? throw new OciHooksException($"deviceNodes: {edit.Path}: {problem}");
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
