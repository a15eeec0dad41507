using Json;

namespace HookEngine.Reading.Rules;

/// <summary>Reads the fields of format 1.0.0, oci-hooks(5) "1.0.0 Hook Schema".</summary>
internal static class RuleFormat100
{
    internal const string Version = "1.0.0";

    /// <summary>Reads the fields of a text that is known to have this format.</summary>
    internal static RuleFields Read(ReadOnlySpan<byte> json, RuleParser parser) => Read(json, parser, isAssumed: false)!;

    /// <summary>
    /// Reads the fields if the first key of the text is the version of this format, as in most rules, and no later key contradicts it.
    /// Otherwise returns null and adds no errors.
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

    /// <summary>Reads a hook. config.json has the same form.</summary>
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
