using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Unicode;
using HookEngine.Model;
using Json;
using Linux;
using Linux.Paths;
using Microsoft.Extensions.Configuration;

namespace HookEngine.Reading.Settings;

/// <summary>Reads the settings file: JSON with comments and trailing commas. An unknown setting is an error.</summary>
public static class SettingsFile
{
    /// <summary>The maximum size of a settings file, in bytes. The tolerant reader of a single setting reads as much.</summary>
    internal const int SizeLimit = 64 * 1024;

    private const string Boolean = "true or false";
    private const string Text = "a string";
    private const string AbsolutePath = "an absolute path";
    private const string Seconds = "a number of seconds";

    /// <summary>The longest time that can be set, in seconds. Its milliseconds fit into the argument of poll(2).</summary>
    internal const int MaxSeconds = 1_000_000;

    /// <summary>The keys and their allowed values.</summary>
    private static readonly (string Key, Func<JsonTokenType, bool> Allows, string Wanted)[] s_keys =
    [
        ("runtime", type => type is JsonTokenType.String or JsonTokenType.StartArray, "a name, an absolute path, or a list of these"),
        ("hooksDirs", type => type == JsonTokenType.StartArray, "a list of absolute paths"),
        ("cdiSpecDirs", type => type == JsonTokenType.StartArray, "a list of absolute paths"),
        ("onMissingHook", IsString, "\"skip\" or \"fail\""),
        ("trust", IsString, "\"enforce\", \"warn\" or \"off\""),
        ("allowedHookDirs", type => type == JsonTokenType.StartArray, "a list of absolute paths"),
        ("supervise", type => IsBoolean(type) || type == JsonTokenType.StartObject, "true, false, or an object with true or false for stages"),
        ("supervise:prestart", IsBoolean, Boolean),
        ("supervise:createRuntime", IsBoolean, Boolean),
        ("supervise:createContainer", IsBoolean, Boolean),
        ("supervise:startContainer", type => type == JsonTokenType.False, "false: the hook's path is resolved inside the container"),
        ("supervise:poststart", IsBoolean, Boolean),
        ("supervise:poststop", IsBoolean, Boolean),
        ("hookTimeout", IsNumber, Seconds),
        ("hookTimeoutCeiling", IsNumber, Seconds),
        ("hookKillGrace", IsNumber, Seconds),
        ("onHookFailure", IsString, "\"abort\" or \"continue\""),
        ("log", type => type == JsonTokenType.StartObject, "an object"),
        ("log:journald", IsBoolean, Boolean),
        ("log:stderr", IsBoolean, Boolean),
        ("log:file", IsString, AbsolutePath),
        ("log:level", IsString, "\"debug\", \"information\", \"warning\" or \"error\""),
    ];

    /// <summary>Reads a settings file.</summary>
    /// <param name="path">The file; null for the default one, which may be missing.</param>
    /// <exception cref="OciHooksException">The file cannot be read, is not trusted, or is invalid.</exception>
    public static WrapperSettings Read(FilePath? path)
    {
        var walk = new PathWalk();
        try
        {
            return Read(path, walk);
        }
        finally
        {
            walk.Release();
        }
    }

    /// <summary>Reads a settings file as <see cref="Read(FilePath?)"/> does.</summary>
    /// <param name="path">The file; null for the default one, which may be missing.</param>
    /// <param name="walk">Finds the file.</param>
    internal static WrapperSettings Read(FilePath? path, PathWalk walk)
    {
        FilePath file = path ?? new FilePath(WrapperSettings.DefaultPath);
        using NativeBuffer? json = walk.ReadFile(null, file, SizeLimit, out string? violation, out FileError error);
        if (json is null)
        {
            return path is null && error.IsNoName
                ? new WrapperSettings()
                : throw new OciHooksException($"{file}: {error.Text}; {error.Advice("fix it, or name another file")}");
        }

        // If others may have written the file, its own trust setting cannot be trusted either.
        return violation is null
            ? Parse(file.ToString(), json.Span)
            : throw new OciHooksException($"{file}: is not to be trusted: {violation}");
    }

    /// <summary>Parses the text of a settings file.</summary>
    /// <param name="file">The file's name for messages.</param>
    /// <param name="json">The text, UTF-8.</param>
    /// <exception cref="OciHooksException">The text is invalid.</exception>
    public static WrapperSettings Parse(string file, ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("\uFEFF"u8))
        {
            json = json[3..];
        }

        if (!Utf8.IsValid(json))
        {
            throw new OciHooksException($"{file}: is not UTF-8; save it as that");
        }

        HashSet<string> given = CheckKeysAndTypes(file, json);
        return Bind(file, Load(file, json), given);
    }

    private static IConfigurationRoot Load(string file, ReadOnlySpan<byte> json)
    {
        using var stream = new MemoryStream(Padded(json), writable: false);
        try
        {
            return new ConfigurationBuilder().AddJsonStream(stream).Build();
        }
        catch (InvalidOperationException)
        {
            throw new OciHooksException($"{file}: holds half of a surrogate pair (\\ud800 to \\udfff); write the whole character");
        }
    }

    /// <summary>
    /// Returns the text, padded with spaces to a power of two. The JSON reader rents two buffers, the second twelve bytes larger. If both
    /// come from the same size class of the array pool, returning them makes the pool count the processors. That takes longer than the rest
    /// of reading the settings.
    /// </summary>
    private static byte[] Padded(ReadOnlySpan<byte> json)
    {
        byte[] padded = new byte[BitOperations.RoundUpToPowerOf2((uint)Math.Max(json.Length, 64))];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded);
        return padded;
    }

    private static WrapperSettings Bind(string file, IConfigurationRoot configuration, HashSet<string> given)
    {
        var defaults = new WrapperSettings();
        TrustPolicy trust = Choice(file, configuration, "trust", defaults.Trust, ["enforce", "warn", "off"]);
        return defaults with
        {
            Runtime = given.Contains("runtime") ? Runtimes(file, configuration) : defaults.Runtime,
            HooksDirs = given.Contains("hooksDirs") ? Directories(file, configuration, "hooksDirs") : defaults.HooksDirs,
            Trust = trust,
            AllowedHookDirs = given.Contains("allowedHookDirs") ? Directories(file, configuration, "allowedHookDirs") : defaults.AllowedHookDirs,
            CdiSpecDirs = given.Contains("cdiSpecDirs") ? Directories(file, configuration, "cdiSpecDirs") : defaults.CdiSpecDirs,
            OnMissingHook = Choice(file, configuration, "onMissingHook", defaults.OnMissingHook, ["skip", "fail"]),
            Supervision = Supervision(file, configuration, given, defaults.Supervision),
            Log = new LogSettings
            {
                Journald = configuration["log:journald"] is not { } journald || bool.Parse(journald),
                Stderr = configuration["log:stderr"] is { } stderr && bool.Parse(stderr),
                File = configuration["log:file"] is { } log ? Absolute(file, "log.file", log) : null,
                Level = Choice(file, configuration, "log:level", defaults.Log.Level, ["debug", "information", "warning", "error"]),
                Trust = trust,
            },
        };
    }

    private static List<FilePath> Directories(string file, IConfigurationRoot configuration, string key) =>
        List(configuration, key).ConvertAll(directory => new FilePath(Absolute(file, key, directory)));

    private static SupervisionSettings Supervision(
        string file, IConfigurationRoot configuration, HashSet<string> given, SupervisionSettings defaults) => defaults with
        {
            Stages = given.Contains("supervise") ? SupervisedStages(configuration, defaults) : defaults.Stages,
            Timeout = Duration(file, configuration, "hookTimeout", least: 0.001) ?? defaults.Timeout,
            TimeoutCeiling = Duration(file, configuration, "hookTimeoutCeiling", least: 0.001),
            KillGrace = Duration(file, configuration, "hookKillGrace", least: 0) ?? defaults.KillGrace,
            OnFailure = Choice(file, configuration, "onHookFailure", defaults.OnFailure, ["abort", "continue"]),
        };

    private static List<HookStage> SupervisedStages(IConfigurationRoot configuration, SupervisionSettings defaults)
    {
        bool whole = configuration["supervise"] is not { Length: > 0 } all || bool.Parse(all);
        var stages = new List<HookStage>();
        foreach (HookStage stage in defaults.Stages)
        {
            if (whole && (configuration["supervise:" + stage.Name()] is not { } one || bool.Parse(one)))
            {
                stages.Add(stage);
            }
        }

        return stages;
    }

    private static TimeSpan? Duration(string file, IConfigurationRoot configuration, string key, double least)
    {
        if (configuration[key] is not { } value)
        {
            return null;
        }

        bool isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds);
        return isNumber && seconds >= least && seconds <= MaxSeconds
            ? TimeSpan.FromMilliseconds(Math.Ceiling(seconds * 1000))
            : throw Wrong(file, key, value, string.Create(CultureInfo.InvariantCulture, $"a number of seconds from {least} to {MaxSeconds}"));
    }

    private static List<string> Runtimes(string file, IConfigurationRoot configuration)
    {
        List<string> runtimes = configuration["runtime"] is { Length: > 0 } single ? [single] : List(configuration, "runtime");
        foreach (string runtime in runtimes)
        {
            if (runtime.Length == 0 || runtime.Contains('\0', StringComparison.Ordinal) || (runtime.Contains('/', StringComparison.Ordinal) && runtime[0] != '/'))
            {
                throw Wrong(file, "runtime", $"\"{runtime}\"", "a name without a slash, or an absolute path");
            }
        }

        return runtimes.Count == 0 ? throw Wrong(file, "runtime", "empty", "one runtime or more") : runtimes;
    }

    /// <summary>Returns an array's elements, by index because listing a section's children is slow.</summary>
    private static List<string> List(IConfigurationRoot configuration, string key)
    {
        var values = new List<string>();
        while (configuration[string.Create(CultureInfo.InvariantCulture, $"{key}:{values.Count}")] is { } value)
        {
            values.Add(value);
        }

        return values;
    }

    private static T Choice<T>(string file, IConfigurationRoot configuration, string key, T otherwise, ReadOnlySpan<string> names)
        where T : struct, Enum
    {
        if (configuration[key] is not { } value)
        {
            return otherwise;
        }

        int index = names.IndexOf(value);
        return index >= 0
            ? Enum.GetValues<T>()[index]
            : throw Wrong(file, key.Replace(':', '.'), $"\"{value}\"", "one of " + string.Join(", ", names.ToArray()));
    }

    private static string Absolute(string file, string field, string path) =>
        path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal) ? path : throw Wrong(file, field, $"\"{path}\"", AbsolutePath);

    /// <summary>Checks keys and types. Configuration has only strings, so it would accept a number instead of a string.</summary>
    private static HashSet<string> CheckKeysAndTypes(string file, ReadOnlySpan<byte> json)
    {
        var options = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var reader = new Utf8JsonReader(json, options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw Wrong(file, "the file", "no object", "a JSON object, { .. }");
            }

            var given = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            CheckObject(file, "", given, ref reader);
            while (reader.Read())
            {
            }

            return given;
        }
        catch (JsonException problem)
        {
            throw new OciHooksException(
                $"{file}: is not valid JSON at line {problem.LineNumber + 1}, column {problem.BytePositionInLine + 1}; fix it there");
        }
    }

    private static void CheckObject(string file, string prefix, HashSet<string> given, ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = prefix + GoJson.ReadString(ref reader);
            string field = key.Replace(':', '.');
            if (!given.Add(key))
            {
                throw new OciHooksException($"{file}: {field} is given twice; remove one of them");
            }

            CheckValue(file, key, field, given, ref reader);
        }
    }

    private static void CheckValue(string file, string key, string field, HashSet<string> given, ref Utf8JsonReader reader)
    {
        (string Key, Func<JsonTokenType, bool> Allows, string Wanted) known =
            Array.Find(s_keys, entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
        if (known.Key is null)
        {
            throw new OciHooksException(
                $"{file}: {field} is no setting; the settings are {string.Join(", ", s_keys.Select(entry => entry.Key.Replace(':', '.')))}");
        }

        reader.Read();
        if (!known.Allows(reader.TokenType))
        {
            throw Wrong(file, field, GoDecoder.Describe(reader.TokenType), known.Wanted);
        }

        if (reader.TokenType == JsonTokenType.StartObject)
        {
            CheckObject(file, key + ":", given, ref reader);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                if (reader.TokenType != JsonTokenType.String)
                {
                    throw Wrong(file, $"{field}[{i}]", GoDecoder.Describe(reader.TokenType), Text);
                }
            }
        }
    }

    private static bool IsString(JsonTokenType type) => type == JsonTokenType.String;

    private static bool IsNumber(JsonTokenType type) => type == JsonTokenType.Number;

    private static bool IsBoolean(JsonTokenType type) => type is JsonTokenType.True or JsonTokenType.False;

    private static OciHooksException Wrong(string file, string field, string found, string wanted) =>
        new($"{file}: {field} is {found}; it must be {wanted}");
}
