using Json;

namespace HookEngine.Reading.Rules;

/// <summary>Reads the fields of format 0.1.0, oci-hooks(5) "0.1.0 Hook Schema", and converts them to those of 1.0.0.</summary>
internal static class RuleFormat010
{
    internal const string Version = "0.1.0";

    internal static RuleFields Read(ReadOnlySpan<byte> json, RuleParser parser)
    {
        var decoder = new GoDecoder(json);
        string? hook = null;
        List<string>? arguments = null, stages = null, stage = null, cmds = null, cmd = null, annotations = null, annotation = null;
        bool? hasBindMounts = null;

        // The text is an object, or null, which the reference implementation reads as an object without fields.
        bool fields = decoder.EnterObject("the file");
        while (fields && decoder.NextKey(out string key))
        {
            switch (key)
            {
                case "hook": decoder.ReadString("hook", ref hook); break;
                case "arguments": decoder.ReadStrings("arguments", ref arguments); break;
                case "stages": decoder.ReadStrings("stages", ref stages); break;
                case "stage": decoder.ReadStrings("stage", ref stage); break;
                case "cmds": decoder.ReadStrings("cmds", ref cmds); break;
                case "cmd": decoder.ReadStrings("cmd", ref cmd); break;
                case "annotations": decoder.ReadStrings("annotations", ref annotations); break;
                case "annotation": decoder.ReadStrings("annotation", ref annotation); break;
                case "hasbindmounts": decoder.ReadBoolean("hasbindmounts", ref hasBindMounts); break;
                default: decoder.Skip(); break;
            }
        }

        parser.Errors(decoder.Problems);
        Exclude(parser, "stage", stage, "stages", stages);
        Exclude(parser, "cmd", cmd, "cmds", cmds);
        Exclude(parser, "annotation", annotation, "annotations", annotations);
        return new RuleFields
        {
            AnySuffices = true,
            StagesField = stage is null ? "stages" : "stage",
            AnnotationsField = annotation is null ? "annotations" : "annotation",
            CommandsField = cmd is null ? "cmds" : "cmd",
            Path = hook,
            Args = arguments is null ? null : [hook ?? "", .. arguments],
            Stages = stages ?? stage,
            HasBindMounts = hasBindMounts,
            Annotations = AnyValueOf(annotations ?? annotation),
            Commands = cmds ?? cmd,
        };
    }

    /// <summary>Returns one pattern, for any key, that matches what any of these matches. Without patterns it matches everything.</summary>
    private static List<KeyValuePair<string, string>>? AnyValueOf(List<string>? patterns) =>
        patterns is null ? null : [new(".*", string.Join('|', patterns))];

    private static void Exclude(RuleParser parser, string name, object? value, string otherName, object? otherValue)
    {
        if (value is not null && otherValue is not null)
        {
            parser.Error(name, $"stands beside {otherName}; remove one of them");
        }
    }
}
