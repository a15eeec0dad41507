using HookEngine.Model;
using HookEngine.Reading.Files;
using Json;
using Linux;

namespace HookEngine.Reading.Edits;

/// <summary>Reads a seccomp profile in the form that config.json has; OCI runtime specification, "Seccomp".</summary>
internal static class SeccompProfile
{
    /// <summary>The maximum size of a profile's file, in bytes.</summary>
    private const int SizeLimit = 1024 * 1024;

    private static readonly string[] s_names =
        ["defaultAction", "defaultErrnoRet", "architectures", "flags", "listenerPath", "listenerMetadata", "syscalls"];

    private static readonly string[] s_syscallNames = ["names", "action", "errnoRet", "args"];

    /// <summary>The fields of Docker's and Podman's own profiles, which these engines convert to the specification's form.</summary>
    private static readonly string[] s_enginesNames = ["archMap", "includes", "excludes", "name", "comment", "minKernel"];

    private const string EnginesForm = "is a profile for Docker or Podman, which have a form of their own; "
        + "give the linux.seccomp that the engine made of it in a container's config.json";

    /// <summary>Returns the text of a profile.</summary>
    /// <exception cref="OciHooksException">The file cannot be read, or is not a profile.</exception>
    internal static byte[] Read(SeccompSource source, TrustedFiles files)
    {
        if (source.File is not { } file)
        {
            return source.Text.ToArray();
        }

        using NativeBuffer? text = files.Read(new FilePath(file), SizeLimit, out FileError? unread);
        string? problem = text is null ? $"{unread?.Text}; {unread?.Advice("give the path of a seccomp profile")}" : FindProblem(text.Span);
        return problem is null ? text!.Span.Trim(" \t\r\n"u8).ToArray() : throw new OciHooksException($"{file}: {problem}");
    }

    /// <summary>Returns why a text is not a profile in the specification's form; null if it is one.</summary>
    internal static string? FindProblem(ReadOnlySpan<byte> json)
    {
        if (GoJson.FindSyntaxError(json) is { } syntax)
        {
            return $"{syntax.Text} (line {syntax.Line}, column {syntax.Column}); give a seccomp profile";
        }

        var decoder = new GoDecoder(json, nullIsWrong: true);
        string? action = null;
        bool isEngines = false;
        bool isObject = decoder.EnterObject("seccomp");
        while (isObject && decoder.NextEntry(out string name))
        {
            switch (name)
            {
                case "defaultAction":
                    decoder.ReadString(name, ref action);
                    break;
                case "syscalls":
                    ReadSyscalls(ref decoder, ref isEngines);
                    break;
                default:
                    Pass(ref decoder, name, s_names, ref isEngines);
                    break;
            }
        }

        return isEngines ? EnginesForm
            : decoder.Problems is [var first, ..] ? $"{first.Field} {first.Text}"
            : action?.StartsWith("SCMP_ACT_", StringComparison.Ordinal) == true ? null
            : "has no defaultAction that begins with SCMP_ACT_; give a seccomp profile";
    }

    private static void ReadSyscalls(ref GoDecoder decoder, ref bool isEngines)
    {
        bool isArray = decoder.EnterArray("syscalls");
        while (isArray && decoder.NextElement())
        {
            bool isObject = decoder.EnterObject("syscalls");
            while (isObject && decoder.NextEntry(out string name))
            {
                Pass(ref decoder, name, s_syscallNames, ref isEngines);
            }
        }
    }

    private static void Pass(ref GoDecoder decoder, string name, string[] known, ref bool isEngines)
    {
        if (known.Contains(name))
        {
            decoder.Skip();
        }
        else
        {
            isEngines |= s_enginesNames.Contains(name);
            decoder.AddUnknown(name, name, known);
        }
    }
}
