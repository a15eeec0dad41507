using HookEngine.Model;
using Json;

namespace HookEngine.Changing.Injection;

/// <summary>Writes hooks as config.json has them, without white space.</summary>
internal static class HookWriter
{
    /// <summary>Hooks separated by commas, without brackets around them.</summary>
    internal static byte[] Elements(List<Hook> hooks) => Array(hooks)[1..^1];

    /// <summary>A list of hooks.</summary>
    internal static byte[] Array(List<Hook> hooks)
    {
        JsonText json = new JsonText().Raw("["u8);
        foreach (Hook hook in hooks)
        {
            Write(json.Separator(), hook);
        }

        return json.Raw("]"u8).ToArray();
    }

    /// <summary>One hook; what is null or empty is left out.</summary>
    internal static void Write(JsonText json, Hook hook)
    {
        json.Raw("{\"path\":"u8).String(hook.Path);
        if (hook.Args is { Count: > 0 } args)
        {
            json.Raw(",\"args\":"u8).Strings(args);
        }

        if (hook.Env is { Count: > 0 } env)
        {
            json.Raw(",\"env\":"u8).Strings(env);
        }

        if (hook.Timeout is { } timeout)
        {
            json.Raw(",\"timeout\":"u8).Number(timeout);
        }

        json.Raw("}"u8);
    }
}
