using HookEngine.Model;
using HookEngine.Reading.Edits;
using HookEngine.Reading.Files;
using Json;
using Linux;
using YamlDotNet.Core;

namespace HookEngine.Reading.Cdi;

/// <summary>A file that describes devices; Container Device Interface specification, "CDI JSON Specification".</summary>
/// <param name="File">The file.</param>
/// <param name="Kind">The devices' vendor and class.</param>
/// <param name="Edits">The edits for every container that gets one of the devices.</param>
/// <param name="Devices">The edits for each device, by its name.</param>
internal sealed record CdiSpec(FilePath File, string Kind, ContainerEdits Edits, IReadOnlyDictionary<string, ContainerEdits> Devices)
{
    private const int SizeLimit = 4 * 1024 * 1024;

    private static readonly string[] s_names = ["cdiVersion", "kind", "annotations", "devices", "containerEdits"];
    private static readonly string[] s_deviceNames = ["name", "annotations", "containerEdits"];

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file: JSON if its name ends in .json, else YAML.</param>
    /// <param name="files">Reads the file.</param>
    /// <param name="defect">The problem; null if there is none.</param>
    /// <returns>Null if there is a problem. No content of the file causes an exception.</returns>
    internal static CdiSpec? Read(FilePath file, TrustedFiles files, out CdiDefect? defect)
    {
        using NativeBuffer? text = files.Read(file, SizeLimit, out FileError? unread);
        defect = unread is { } error ? new CdiDefect(file, error.Text) { HasNoName = error.IsNoName } : null;
        return text is null ? null : Parse(file, text.Span, out defect);
    }

    private static CdiSpec? Parse(FilePath file, ReadOnlySpan<byte> text, out CdiDefect? defect)
    {
        try
        {
            return file.Bytes.EndsWith(".json"u8)
                ? FromJson(file, text, true, out defect)
                : FromJson(file, YamlText.ToJson(text), false, out defect);
        }
        catch (YamlException wrong)
        {
            defect = new CdiDefect(file, $"is not valid YAML at line {wrong.Start.Line}, column {wrong.Start.Column}: {wrong.Message}");
            return null;
        }
    }

    /// <param name="file">The file.</param>
    /// <param name="json">Its text as JSON.</param>
    /// <param name="isAsWritten">Whether line numbers in the text are those of the file.</param>
    /// <param name="defect">The problem; null if there is none.</param>
    private static CdiSpec? FromJson(FilePath file, ReadOnlySpan<byte> json, bool isAsWritten, out CdiDefect? defect)
    {
        if (GoJson.FindSyntaxError(json) is { } syntax)
        {
            defect = new CdiDefect(file, $"{syntax.Text} (line {syntax.Line}, column {syntax.Column})");
            return null;
        }

        var decoder = new GoDecoder(json);
        string? version = null, kind = null;
        var edits = new ContainerEdits();
        var devices = new Dictionary<string, ContainerEdits>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        bool isObject = decoder.EnterObject("the file");
        while (isObject && decoder.NextField("", names, out string name))
        {
            switch (name)
            {
                case "cdiVersion": decoder.ReadString(name, ref version); break;
                case "kind": decoder.ReadString(name, ref kind); break;
                case "annotations": decoder.Skip(); break;
                case "containerEdits": edits = EditsReader.Read(ref decoder, name, isOwn: false); break;
                case "devices": ReadDevices(ref decoder, devices); break;
                default: decoder.AddUnknown(name, name, s_names); break;
            }
        }

        bool isKind = kind is not null && CdiDeviceName.IsKind(kind);
        string? problem = decoder.Problems is [var first, ..]
                ? $"{first.Field} {first.Text}" + (isAsWritten ? $" (line {first.Line}, column {first.Column})" : "")
            : version is null || !(version.StartsWith("0.", StringComparison.Ordinal) || version.StartsWith("1.", StringComparison.Ordinal))
                ? $"cdiVersion is \"{version}\"; it must be 0.x or 1.x"
            : !isKind ? $"kind is \"{kind}\"; it must be vendor.com/class"
            : null;
        bool tellsKind = isKind && !decoder.Problems.Any(wrong => wrong.Field == "kind");
        defect = problem is null ? null : new CdiDefect(file, problem) { Kind = tellsKind ? kind : null };
        return problem is null ? new CdiSpec(file, kind!, edits, devices) : null;
    }

    private static void ReadDevices(ref GoDecoder decoder, Dictionary<string, ContainerEdits> devices)
    {
        bool isArray = decoder.EnterArray("devices");
        for (int i = 0; isArray && decoder.NextElement(); i++)
        {
            string field = $"devices[{i}]";
            string? device = null;
            var edits = new ContainerEdits();
            var names = new HashSet<string>(StringComparer.Ordinal);
            bool isObject = decoder.EnterObject(field);
            while (isObject && decoder.NextField(field + ".", names, out string name))
            {
                switch (name)
                {
                    case "name": decoder.ReadString($"{field}.name", ref device); break;
                    case "annotations": decoder.Skip(); break;
                    case "containerEdits": edits = EditsReader.Read(ref decoder, $"{field}.{name}", isOwn: false); break;
                    default: decoder.AddUnknown($"{field}.{name}", name, s_deviceNames); break;
                }
            }

            bool isName = device is not null && CdiDeviceName.IsName(device);
            decoder.AddProblemIf($"{field}.name", isObject && !isName, $"is \"{device}\", which is no device's name");
            decoder.AddProblemIf(field, isName && !devices.TryAdd(device!, edits), $"is \"{device}\" for the second time; remove one of them");
        }
    }
}
