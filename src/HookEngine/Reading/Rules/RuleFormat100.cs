using Json;

namespace HookEngine.Reading.Rules;

/// <summary>The fields of format 1.0.0, oci-hooks(5) "1.0.0 Hook Schema".</summary>
internal static class RuleFormat100
{
    internal const string Version = "1.0.0";

    /// <summary>The fields of a text that is known to be of this format.</summary>
    internal static RuleFields Read(ReadOnlySpan<byte> json, RuleParser parser) => Read(json, parser, isAssumed: false)!;

    /// <summary>
    /// The fields of a text that says before all else that it is of this format, as most do, and nothing else later. Null of any other,
    /// of which nothing is noted.
    /// </summary>
    internal static RuleFields? TryRead(ReadOnlySpan<byte> json, RuleParser parser) => Read(json, parser, isAssumed: true);

    private static RuleFields? Read(ReadOnlySpan<byte> json, RuleParser parser, bool isAssumed)
    {
        var decoder = new GoDecoder(json);
        string? version = null, path = null;
        long? timeout = null;
        List<string>? args = null, env = null, stages = null, commands = null;
        bool? always = null, hasBindMounts = null;
        StringMap? annotations = null;

        decoder.EnterObject("the file");
        while (decoder.NextKey(out string key))
        {
            switch (key)
            {
                case "version":
                    decoder.ReadString("version", ref version);
                    break;
                case "hook":
                    ReadHook(ref decoder, "hook", ref path, ref args, ref env, ref timeout);
                    break;
                case "when":
                    ReadWhen(ref decoder, ref always, ref hasBindMounts, ref annotations, ref commands);
                    break;
                case "stages":
                    decoder.ReadStrings("stages", ref stages);
                    break;
                default:
                    decoder.Skip();
                    break;
            }

            if (isAssumed && version != Version)
            {
                return null;
            }
        }

        decoder.Finish();
        if (isAssumed && version is null)
        {
            return null;
        }

        parser.Errors(decoder.Problems);
        return new RuleFields
        {
            Path = path,
            Args = args,
            Env = env,
            Timeout = timeout,
            Stages = stages,
            Always = always,
            HasBindMounts = hasBindMounts,
            Annotations = annotations?.Members,
            Commands = commands,
        };
    }

    /// <summary>A hook as config.json has it, too.</summary>
    internal static void ReadHook(
        ref GoDecoder decoder, string field, ref string? path, ref List<string>? args, ref List<string>? env, ref long? timeout)
    {
        if (!decoder.EnterObject(field))
        {
            return;
        }

        while (decoder.NextKey(out string key))
        {
            switch (key)
            {
                case "path":
                    decoder.ReadString($"{field}.path", ref path);
                    break;
                case "args":
                    decoder.ReadStrings($"{field}.args", ref args);
                    break;
                case "env":
                    decoder.ReadStrings($"{field}.env", ref env);
                    break;
                case "timeout":
                    decoder.ReadInteger($"{field}.timeout", ref timeout);
                    break;
                default:
                    decoder.Skip();
                    break;
            }
        }
    }

    private static void ReadWhen(
        ref GoDecoder decoder,
        ref bool? always,
        ref bool? hasBindMounts,
        ref StringMap? annotations,
        ref List<string>? commands)
    {
        if (!decoder.EnterObject("when"))
        {
            return;
        }

        while (decoder.NextKey(out string key))
        {
            switch (key)
            {
                case "always":
                    decoder.ReadBoolean("when.always", ref always);
                    break;
                case "hasbindmounts":
                    decoder.ReadBoolean("when.hasBindMounts", ref hasBindMounts);
                    break;
                case "annotations":
                    decoder.ReadStringMap("when.annotations", ref annotations);
                    break;
                case "commands":
                    decoder.ReadStrings("when.commands", ref commands);
                    break;
                default:
                    decoder.Skip();
                    break;
            }
        }
    }
}
