using HookEngine.Model;
using HookEngine.Reading.Rules;
using Json;
using Linux;
using Linux.Paths;

namespace RuncWrap.Create;

/// <summary>
/// The file of oci-add-hooks' <c>--hook-config-path</c>: <c>{"hooks": {STAGE: [HOOK, ..]}}</c>, each put before the hooks that
/// the container has. Here prestart stays prestart.
/// </summary>
internal static class HookConfigFile
{
    private const int SizeLimit = 4 * 1024 * 1024;

    /// <summary>Reads it.</summary>
    /// <exception cref="OciHooksException">It cannot be read, or is no such file.</exception>
    internal static List<PlannedHook> Read(FilePath path, TrustPolicy trust, PathWalk walk)
    {
        using NativeBuffer? json = walk.ReadFile(null, path, SizeLimit, out string? violation, out FileError error);
        walk.Release();
        if (json is null)
        {
            throw new OciHooksException($"{path}: {error.Text}; give --hook-config-path a file that can be read");
        }

        if (trust == TrustPolicy.Enforce && violation is not null)
        {
            throw new OciHooksException($"{path}: is not to be trusted: {violation}");
        }

        if (GoJson.FindSyntaxError(json.Span) is { } problem)
        {
            throw new OciHooksException($"{path}:{problem.Line}:{problem.Column}: {problem.Text}; fix it there");
        }

        var decoder = new GoDecoder(json.Span);
        List<PlannedHook> hooks = ReadDocument(ref decoder);
        return decoder.Problems is [var first, ..]
            ? throw new OciHooksException($"{path}:{first.Line}:{first.Column}: {first.Field} {first.Text}")
            : hooks;
    }

    private static List<PlannedHook> ReadDocument(ref GoDecoder decoder)
    {
        var hooks = new List<PlannedHook>();
        bool isObject = decoder.EnterObject("the file");
        while (isObject && decoder.NextKey(out string key))
        {
            if (key == "hooks")
            {
                ReadStages(ref decoder, hooks);
            }
            else
            {
                decoder.Skip();
            }
        }

        return hooks;
    }

    private static void ReadStages(ref GoDecoder decoder, List<PlannedHook> hooks)
    {
        bool isObject = decoder.EnterObject("hooks");
        while (isObject && decoder.NextKey(out string key))
        {
            if (HookStages.ParseFolded(key) is not { } stage)
            {
                decoder.Skip();
                continue;
            }

            bool isArray = decoder.EnterArray($"hooks.{stage.Name()}");
            for (int i = 0; isArray && decoder.NextElement(); i++)
            {
                string field = $"hooks.{stage.Name()}[{i}]";
                string? path = null;
                List<string>? args = null, env = null;
                long? timeout = null;
                RuleFormat100.ReadHook(ref decoder, field, ref path, ref args, ref env, ref timeout);
                if (string.IsNullOrEmpty(path))
                {
                    decoder.AddProblem($"{field}.path", "is missing; give the absolute path of a program");
                }

                hooks.Add(new PlannedHook(stage, new Hook(path ?? "", args, env, timeout), null, First: true));
            }
        }
    }
}
