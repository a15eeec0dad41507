using System.Text.Encodings.Web;
using System.Text.Json;
using Linux;

namespace HookCtl.Commands.Seccomp;

/// <summary>Which containers a rule is for that <c>hookctl seccomp</c> writes.</summary>
/// <param name="Prefix">How its file's name begins, which says what it is for.</param>
/// <param name="Digests">Digests of images.</param>
/// <param name="Images">Globs of images.</param>
/// <param name="Names">Globs of containers' names.</param>
/// <param name="Labels">Labels with globs of their values.</param>
/// <param name="Annotations">Annotations with globs of their values.</param>
internal sealed record ContainerRule(
    string Prefix,
    IReadOnlyList<string> Digests,
    IReadOnlyList<string> Images,
    IReadOnlyList<string> Names,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> Annotations)
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether it is for no container in particular.</summary>
    internal bool IsEmpty => Digests.Count + Images.Count + Names.Count + Labels.Count + Annotations.Count == 0;

    /// <summary>
    /// The name of its file: what it is for, in letters that file names have, and, where others might read the same, some of its
    /// conditions' hash.
    /// </summary>
    internal string FileName
    {
        get
        {
            IEnumerable<string> words = [.. Digests, .. Images, .. Names, .. Pairs(Labels), .. Pairs(Annotations)];
            string text = string.Concat(string.Join('-', words).Select(letter =>
                char.IsAsciiLetterOrDigit(letter) || letter == '.' ? letter : '-'));
            string name = string.Join('-', text.Split('-', StringSplitOptions.RemoveEmptyEntries));
            bool isClear = Digests.Count == 1 && words.Count() == 1;
            return $"{Prefix}{name}{(isClear ? "" : "-" + Hash())}.json";
        }
    }

    private string Hash()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            WriteConditions(json);
            json.WriteEndObject();
        }

        Span<byte> digest = stackalloc byte[Sha256.DigestLength];
        Sha256.Hash(text.ToArray(), digest);
        return Convert.ToHexStringLower(digest[..4]);
    }

    /// <summary>The rule's text.</summary>
    /// <param name="description">What it is there for.</param>
    /// <param name="profile">The file of the profile that it puts into the configuration, whatever is there; null for none.</param>
    /// <param name="hook">When the recorder is called; null if it is not.</param>
    internal byte[] Text(string description, string? profile, RecorderHook? hook)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, s_options))
        {
            json.WriteStartObject();
            json.WriteString("version", "ocihooks/1");
            json.WriteString("description", description);
            WriteConditions(json);
            if (profile is not null)
            {
                json.WriteStartObject("edits");
                json.WriteString("seccomp", profile);
                json.WriteEndObject();
                json.WriteString("onConflict", "replace");
            }

            if (hook is not null)
            {
                json.WriteStartObject("hook");
                json.WriteString("path", hook.Recorder);
                WriteStrings(json, "args", [Path.GetFileName(hook.Recorder), .. hook.Arguments]);

                // One hook for several stages: what it is given does not always tell them apart.
                json.WriteStartObject("env");
                json.WriteString("OCIHOOKS_STAGE", "{{stage}}");
                json.WriteEndObject();
                json.WriteEndObject();
                WriteStrings(json, "stages", hook.Stages);

                // A record that is missing harms nobody; a container that does not start does.
                json.WriteString("onFailure", "continue");
            }

            json.WriteEndObject();
        }

        text.WriteByte((byte)'\n');
        return text.ToArray();
    }

    /// <summary>Whether a rule's text is for the same containers.</summary>
    internal bool IsIn(byte[] rule)
    {
        try
        {
            using var document = JsonDocument.Parse(rule);
            using var own = JsonDocument.Parse(Text("", null, null));
            return JsonElement.DeepEquals(document.RootElement.GetProperty("when"), own.RootElement.GetProperty("when"));
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Pairs(IReadOnlyDictionary<string, string> map) =>
        map.OrderBy(entry => entry.Key, StringComparer.Ordinal).SelectMany(entry => (string[])[entry.Key, entry.Value]);

    private void WriteConditions(Utf8JsonWriter json)
    {
        json.WriteStartObject("when");
        WritePatterns(json, "imageDigest", Digests);
        WritePatterns(json, "image", Images);
        WritePatterns(json, "container", Names);
        WriteMap(json, "labels", Labels);
        WriteMap(json, "annotations", Annotations);
        json.WriteEndObject();
    }

    private static void WritePatterns(Utf8JsonWriter json, string name, IReadOnlyList<string> patterns)
    {
        if (patterns.Count > 0)
        {
            WriteStrings(json, name, patterns);
        }
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach ((string key, string value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
