using System.Text.Json;
using HookEngine.Model;
using Json;

namespace HookEngine.Reading.Rules;

/// <summary>Reads the <c>when</c> of a rule of format <c>ocihooks/1</c>: conditions that must all hold, and combinations of them.</summary>
internal static class SelectorReader
{
    /// <summary>The conditions on a single text, and the kind of text.</summary>
    private static readonly Dictionary<string, ContainerText> s_texts = new(StringComparer.Ordinal)
    {
        ["engine"] = ContainerText.Engine,
        ["image"] = ContainerText.Image,
        ["imageDigest"] = ContainerText.ImageDigest,
        ["namespace"] = ContainerText.Namespace,
        ["pod"] = ContainerText.Pod,
        ["container"] = ContainerText.Container,
        ["containerType"] = ContainerText.ContainerType,
        ["user"] = ContainerText.User,
        ["hostname"] = ContainerText.Hostname,
        ["network"] = ContainerText.Network,
        ["commands"] = ContainerText.Command,
        ["commandLine"] = ContainerText.CommandLine,
    };

    /// <summary>The conditions on texts that have a key, and the kind of text.</summary>
    private static readonly Dictionary<string, ContainerText> s_maps = new(StringComparer.Ordinal)
    {
        ["labels"] = ContainerText.Label,
        ["annotations"] = ContainerText.Annotation,
        ["env"] = ContainerText.Variable,
    };

    private static readonly Dictionary<string, ContainerTrait> s_flags = new(StringComparer.Ordinal)
    {
        ["privileged"] = ContainerTrait.Privileged,
        ["bindMounts"] = ContainerTrait.BindMounts,
    };

    /// <summary>The kinds of text with a fixed set of values. A pattern that matches none of them is an error.</summary>
    private static readonly Dictionary<ContainerText, string[]> s_words = new()
    {
        [ContainerText.Engine] = ["docker", "containerd", "cri", "cri-o", "podman", "nerdctl", "plain"],
        [ContainerText.ContainerType] = ["container", "sandbox"],
        [ContainerText.Network] = ["host", "private", "shared"],
    };

    private static readonly string[] s_names =
        ["always", "all", "any", "not", .. s_texts.Keys, .. s_maps.Keys, .. s_flags.Keys, "mounts"];

    /// <summary>Reads the next object. Returns null if it is not one. The decoder records all problems.</summary>
    internal static Selector? Read(ref GoDecoder decoder, string field)
    {
        if (!decoder.EnterObject(field))
        {
            return null;
        }

        var parts = new List<Selector>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (decoder.NextEntry(out string name))
        {
            if (!names.Add(name))
            {
                decoder.AddProblem($"{field}.{name}", "stands there twice; remove one of them");
            }

            ReadCondition(ref decoder, $"{field}.{name}", name, parts);
        }

        if (names.Count == 0)
        {
            decoder.AddProblem(field, "has no condition; give one, or \"always\": true for every container");
        }

        return parts.Count == 1 ? parts[0] : new AllSelector(field, parts);
    }

    private static void ReadCondition(ref GoDecoder decoder, string field, string name, List<Selector> parts)
    {
        if (s_texts.TryGetValue(name, out ContainerText text))
        {
            parts.Add(new TextSelector(field, text, null, Patterns(ref decoder, field, text)));
        }
        else if (s_maps.TryGetValue(name, out text))
        {
            ReadMap(ref decoder, field, text, parts);
        }
        else if (s_flags.TryGetValue(name, out ContainerTrait flag))
        {
            parts.Add(new FlagSelector(field, flag, Boolean(ref decoder, field)));
        }
        else
        {
            switch (name)
            {
                case "always":
                    parts.Add(new AlwaysSelector(field, Boolean(ref decoder, field)));
                    break;
                case "all":
                    parts.Add(new AllSelector(field, List(ref decoder, field)));
                    break;
                case "any":
                    parts.Add(new AnySelector(field, List(ref decoder, field)));
                    break;
                case "not" when Read(ref decoder, field) is { } part:
                    parts.Add(new NotSelector(field, part));
                    break;
                case "not":
                    break;
                case "mounts":
                    ReadMounts(ref decoder, field, parts);
                    break;
                default:
                    decoder.AddUnknown(field, name, s_names);
                    break;
            }
        }
    }

    private static bool Boolean(ref GoDecoder decoder, string field)
    {
        bool? value = null;
        decoder.ReadBoolean(field, ref value);
        return value ?? false;
    }

    private static List<Selector> List(ref GoDecoder decoder, string field)
    {
        var parts = new List<Selector>();
        if (!decoder.EnterArray(field))
        {
            return parts;
        }

        int count = 0;
        for (; decoder.NextElement(); count++)
        {
            if (Read(ref decoder, $"{field}[{count}]") is { } part)
            {
                parts.Add(part);
            }
        }

        if (count == 0)
        {
            decoder.AddProblem(field, "is empty; list objects of conditions");
        }

        return parts;
    }

    private static void ReadMap(ref GoDecoder decoder, string field, ContainerText of, List<Selector> parts)
    {
        if (!decoder.EnterObject(field))
        {
            return;
        }

        int before = parts.Count;
        while (decoder.NextEntry(out string key))
        {
            parts.Add(new TextSelector($"{field}.{key}", of, key, Patterns(ref decoder, $"{field}.{key}", of)));
        }

        if (parts.Count == before)
        {
            decoder.AddProblem(field, "is empty; give names and patterns");
        }
    }

    private static void ReadMounts(ref GoDecoder decoder, string field, List<Selector> parts)
    {
        if (decoder.NextType != JsonTokenType.StartArray)
        {
            parts.Add(Mount(ref decoder, field));
            return;
        }

        _ = decoder.EnterArray(field);
        var mounts = new List<Selector>();
        while (decoder.NextElement())
        {
            mounts.Add(Mount(ref decoder, $"{field}[{mounts.Count}]"));
        }

        parts.Add(new AnySelector(field, mounts));
        if (mounts.Count == 0)
        {
            decoder.AddProblem(field, "is empty; list objects with destination or source");
        }
    }

    private static MountSelector Mount(ref GoDecoder decoder, string field)
    {
        List<TextPattern>? destination = null, source = null;
        bool isObject = decoder.EnterObject(field);
        while (isObject && decoder.NextEntry(out string key))
        {
            switch (key)
            {
                case "destination": destination = Patterns(ref decoder, $"{field}.{key}", null); break;
                case "source": source = Patterns(ref decoder, $"{field}.{key}", null); break;
                default: decoder.AddUnknown($"{field}.{key}", key, ["destination", "source"]); break;
            }
        }

        if (isObject && destination is null && source is null)
        {
            decoder.AddProblem(field, "has no condition; give destination, source, or both");
        }

        return new MountSelector(field, destination, source);
    }

    /// <summary>Reads a pattern, or a list of patterns of which one must match.</summary>
    private static List<TextPattern> Patterns(ref GoDecoder decoder, string field, ContainerText? of)
    {
        var patterns = new List<TextPattern>();
        if (decoder.NextType != JsonTokenType.StartArray)
        {
            AddPattern(ref decoder, field, of, patterns);
            return patterns;
        }

        _ = decoder.EnterArray(field);
        int count = 0;
        for (; decoder.NextElement(); count++)
        {
            AddPattern(ref decoder, $"{field}[{count}]", of, patterns);
        }

        if (count == 0)
        {
            decoder.AddProblem(field, "is empty; list patterns");
        }

        return patterns;
    }

    private static void AddPattern(ref GoDecoder decoder, string field, ContainerText? of, List<TextPattern> patterns)
    {
        string? text = null, problem = null;
        TextPattern? pattern = null;
        if (decoder.NextType == JsonTokenType.StartObject)
        {
            _ = decoder.EnterObject(field);
            while (decoder.NextEntry(out string key))
            {
                if (key != "re2")
                {
                    decoder.AddUnknown($"{field}.{key}", key, ["re2"]);
                    continue;
                }

                decoder.ReadString($"{field}.re2", ref text);
                pattern = text is null ? null : TextPattern.OfExpression(text, out problem);
                decoder.AddProblemIf($"{field}.re2", problem);
            }

            decoder.AddProblemIf(field, text is null ? "has no re2; write a glob as a string, or {\"re2\": \"..\"}" : null);
        }
        else
        {
            decoder.ReadString(field, ref text);
            string? glob = text is not null && of == ContainerText.Image ? ImageReference.Normalize(text) : text;
            pattern = glob is null ? null : TextPattern.OfGlob(glob, out problem);
            decoder.AddProblemIf(field, problem);

            // A pattern for any tag also matches an image that is named by its digest.
            if (pattern is not null && of == ContainerText.Image && glob!.EndsWith(":*", StringComparison.Ordinal))
            {
                patterns.Add(TextPattern.OfGlob($"{glob[..^2]}@*", out _)!);
            }
        }

        if (pattern is not null)
        {
            patterns.Add(pattern);
            bool isVain = of is { } kind && s_words.TryGetValue(kind, out string[]? words) && !Array.Exists(words, pattern.IsMatch);
            decoder.AddProblemIf(field, isVain ? $"\"{text}\" matches none of {string.Join(", ", s_words[of!.Value])}; use these" : null);
        }
    }
}
