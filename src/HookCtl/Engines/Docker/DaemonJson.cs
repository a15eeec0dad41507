using System.Text;
using System.Text.Json;
using HookCtl.Files;
using HookEngine.Changing.Injection;
using Json;
using Linux;

namespace HookCtl.Engines.Docker;

/// <summary>Docker's daemon.json: the runtimes in it, edited with everything else left as it is.</summary>
internal sealed class DaemonJson
{
    private const string Runtimes = "runtimes";
    private const string DefaultRuntime = "default-runtime";
    /// <summary>The runtime that needs no entry.</summary>
    internal const string DockersOwn = "runc";

    private readonly string _path;
    private readonly byte[] _text;
    private readonly JsonObjectText _root;

    private DaemonJson(string path, byte[] text, JsonObjectText root)
    {
        _path = path;
        _text = text;
        _root = root;
    }

    /// <summary>The default runtime; null if none is set.</summary>
    internal string? Default => Text(Single(_root, DefaultRuntime, ""));

    /// <summary>Reads a text.</summary>
    /// <returns>Null if there is nothing in it.</returns>
    /// <exception cref="OciHooksException">It is not what dockerd takes, comments aside.</exception>
    internal static DaemonJson? Parse(string path, byte[]? text)
    {
        if (text is null || text.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return null;
        }

        try
        {
            return JsonObjectText.Root(text, trailingCommas: false) is { } root
                ? new DaemonJson(path, text, root)
                : throw new OciHooksException($"{path}: is not an object, {{ .. }}; it is left as it is: fix it");
        }
        catch (JsonException problem)
        {
            JsonProblem told = GoJson.Describe(text, problem);
            throw new OciHooksException(
                $"{path}: {told.Text} at line {told.Line}, column {told.Column}; it is left as it is: fix it there");
        }
    }

    /// <summary>The text with a runtime registered. One that is there stays, but gets settings if it has none of its own.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The text; null if there is no file.</param>
    /// <param name="name">The runtime's name.</param>
    /// <param name="wrapper">Its program.</param>
    /// <param name="makeDefault">Whether it becomes the default runtime.</param>
    /// <param name="like">The runtime whose other settings it gets; null for none.</param>
    internal static byte[] Install(string path, byte[]? text, string name, string wrapper, bool makeDefault, string? like = null)
    {
        var daemon = Parse(path, text);
        JsonValueText settings = like is not null && daemon?.SettingsLike(like, wrapper) is { } copy
            ? JsonValueText.Copy(copy)
            : JsonValueText.Object("path", new JsonValueText(wrapper));
        byte[] result = daemon is not null
            ? daemon.WithRuntime(name, wrapper, settings)
            : Encoding.UTF8.GetBytes(
                $"{{\n  {new JsonLayout("\n", true, "  ", "  ", true).Member(Runtimes, JsonValueText.Object(name, settings))}\n}}\n");
        return makeDefault ? Parse(path, result)!.WithDefault(name) : result;
    }

    /// <summary>The program registered for a name; empty if that is left to a shim; null if there is no such runtime.</summary>
    internal string? PathOf(string name) => Entry(name) is { } entry ? Text(Program(name, entry)) ?? "" : null;

    /// <summary>Whether a runtime has all settings of another one, but for its program.</summary>
    internal bool IsLike(string name, string other) =>
        Entry(name) is { } entry && SettingsLike(other, PathOf(name)!) is { } settings && AreSame(settings, Json(entry));

    /// <summary>Whether Docker takes a name for a runtime: one that is registered, its own, or a shim's type.</summary>
    internal bool Knows(string name) =>
        name == DockersOwn || name.StartsWith("io.containerd.", StringComparison.Ordinal) || PathOf(name) is not null;

    /// <summary>The shim's type of a runtime; null if it has none.</summary>
    internal string? TypeOf(string name) =>
        Entry(name) is { Type: JsonTokenType.StartObject } entry
            ? Text(Single(_root.Child(entry), "runtimeType", $"{Runtimes}.{name}."))
            : null;

    /// <summary>The text without a runtime.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="otherDefault">What becomes the default runtime in its place; null for none to be set.</param>
    internal byte[] Without(string name, string? otherDefault)
    {
        JsonObjectText runtimes = _root.Child(Single(_root, Runtimes, "")!.Value);
        byte[] text = Apply(runtimes.Remove(Index(runtimes, name)));
        if (Default != name)
        {
            return text;
        }

        DaemonJson without = Parse(_path, text)!;
        return otherDefault is null
            ? without.Apply(without._root.Remove(Index(without._root, DefaultRuntime)))
            : without.WithDefault(otherDefault);
    }

    /// <summary>
    /// As <see cref="Without"/>, for a daemon to read: it forgets a setting only when it sees another value, not when there is none.
    /// </summary>
    internal byte[] WithoutForReload(string name, string? otherDefault) => Without(name, otherDefault ?? DockersOwn);

    /// <summary>Where a runtime's program stands: as path, or in the options of containerd's shim.</summary>
    private JsonMember? Program(string name, JsonMember entry)
    {
        if (entry.Type != JsonTokenType.StartObject)
        {
            return null;
        }

        string prefix = $"{Runtimes}.{name}.";
        JsonObjectText settings = _root.Child(entry);
        return Single(settings, "path", prefix)
            ?? (Single(settings, "options", prefix) is { Type: JsonTokenType.StartObject } options
                ? Single(_root.Child(options), "BinaryName", $"{prefix}options.")
                : null);
    }

    /// <summary>A runtime's settings with another program; null if it names no program.</summary>
    private string? SettingsLike(string like, string wrapper) =>
        Entry(like) is { } entry && Program(like, entry) is { } program
            ? Encoding.UTF8.GetString(_text.AsSpan(entry.Value.Start..program.Value.Start))
                + JsonLayout.Quoted(wrapper)
                + Encoding.UTF8.GetString(_text.AsSpan(program.Value.End..entry.Value.End))
            : null;

    private byte[] WithRuntime(string name, string wrapper, JsonValueText settings)
    {
        if (PathOf(name) is { } known)
        {
            return known == wrapper ? WithSettings(name, settings) : throw new OciHooksException(
                $"{_path}: runtimes.{name} is another runtime{(known.Length > 0 ? $", {known}" : "")}; it is left as it is: "
                + "choose another name with --name, or take that one out");
        }

        JsonMember? runtimes = Single(_root, Runtimes, "");
        return Apply(runtimes switch
        {
            null => _root.Add(Runtimes, JsonValueText.Object(name, settings), null),
            { Type: JsonTokenType.Null } member => _root.Replace(member, JsonValueText.Object(name, settings)),
            { } member => _root.Child(member).Add(name, settings, _root),
        });
    }

    /// <summary>The text with the settings of another runtime for one that has none of its own, nothing but a program.</summary>
    private byte[] WithSettings(string name, JsonValueText settings)
    {
        JsonMember entry = Entry(name)!.Value;
        bool isPlain = entry.Type == JsonTokenType.StartObject && _root.Child(entry).Members is [{ Key: "path" }];
        return settings.Copied is { } copied && isPlain && !AreSame(copied, Json(entry))
            ? Apply(_root.Child(Single(_root, Runtimes, "")!.Value).Replace(entry, settings))
            : _text;
    }

    private string Json(JsonMember member) => Encoding.UTF8.GetString(_text.AsSpan(member.Value.Start..member.Value.End));

    private static bool AreSame(string json, string other) =>
        EngineJson.Parse(json, JsonCommentHandling.Skip) is { } one
        && EngineJson.Parse(other, JsonCommentHandling.Skip) is { } two
        && JsonElement.DeepEquals(one, two);

    private byte[] WithDefault(string name) => Apply(Single(_root, DefaultRuntime, "") switch
    {
        null => _root.Add(DefaultRuntime, new JsonValueText(name), null),
        { } member when Text(member) == name => [],
        { Type: JsonTokenType.String or JsonTokenType.Null } member => _root.Replace(member, new JsonValueText(name)),
        _ => throw new OciHooksException($"{_path}: {DefaultRuntime} is not a string; it is left as it is: fix it"),
    });

    private JsonMember? Entry(string name)
    {
        JsonMember? runtimes = Single(_root, Runtimes, "");
        return runtimes switch
        {
            null or { Type: JsonTokenType.Null } => null,
            { Type: JsonTokenType.StartObject } member => Single(_root.Child(member), name, $"{Runtimes}.", isMap: true),
            _ => throw new OciHooksException($"{_path}: {Runtimes} is not an object; it is left as it is: fix it"),
        };
    }

    /// <summary>A member that may stand there once; Docker would take the last of several, and refuse another spelling.</summary>
    private JsonMember? Single(JsonObjectText parent, string key, string prefix, bool isMap = false)
    {
        StringComparison comparison = isMap ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        JsonMember[] found = [.. parent.Members.Where(member => member.Key.Equals(key, comparison))];
        return found switch
        {
            [] => null,
            [var single] when single.Key == key => single,
            [var single] => throw new OciHooksException(
                $"{_path}: {prefix}{single.Key} must be written {key}; it is left as it is: fix it"),
            _ => throw new OciHooksException($"{_path}: {prefix}{key} is given twice; it is left as it is: remove one of them"),
        };
    }

    private string? Text(JsonMember? member)
    {
        if (member is not { Type: JsonTokenType.String } found)
        {
            return null;
        }

        var reader = new Utf8JsonReader(_text.AsSpan(found.Value.Start, found.Value.End - found.Value.Start));
        _ = reader.Read();
        return GoJson.ReadString(ref reader);
    }

    private static int Index(JsonObjectText parent, string key) => parent.Members.ToList().FindIndex(member => member.Key == key);

    private byte[] Apply(List<Splice> splices)
    {
        byte[] result = new byte[Splice.LengthAfter(_text.Length, splices)];
        Splice.Apply(_text, splices, result);
        return result;
    }
}
