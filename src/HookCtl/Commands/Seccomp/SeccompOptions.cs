using System.CommandLine;
using HookCtl.Output;
using Linux;
using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;

namespace HookCtl.Commands.Seccomp;

/// <summary>What several commands of <c>hookctl seccomp</c> take.</summary>
internal static class SeccompOptions
{
    /// <summary>Docker's default profile, wherever a profile is named.</summary>
    private const string DockerDefault = "docker";

    private const uint NewFileMode = 0x1A4; // rw-r--r--

    /// <summary><c>--store DIR</c></summary>
    internal static readonly Option<string> Store = new("--store")
    {
        Description = "Where recordings are kept",
        HelpName = "DIR",
        DefaultValueFactory = _ => RecordingStore.DefaultDirectory,
        Recursive = true,
    };

    /// <summary><c>--exact</c></summary>
    internal static readonly Option<bool> Exact = new("--exact")
    {
        Description = "Allow what was recorded and nothing else; such a profile may stop a program another time",
    };

    /// <summary><c>--output FILE</c></summary>
    internal static readonly Option<string?> Output = new("--output", "-o") { Description = "Write it to a file", HelpName = "FILE" };

    /// <summary><c>--ceiling PROFILE</c></summary>
    internal static readonly Option<string?> Ceiling = new("--ceiling")
    {
        Description = "Allow no more than this profile does, a file or docker for Docker's default",
        HelpName = "PROFILE",
    };

    /// <summary>The recording that a command is about.</summary>
    internal static Argument<string> Subject() => new("IMAGE")
    {
        Description = "What was recorded: an image, its digest or the beginning of it, a container's name, or a file",
    };

    /// <summary>The recordings that a command line is about.</summary>
    internal static RecordingSearch Recordings(ParseResult line) => new(new FilePath(line.GetValue(Store)!));

    /// <summary>The profile of a recording, below the ceiling if there is one.</summary>
    internal static SeccompProfile Profile(ParseResult line, Recording recording)
    {
        SeccompProfile profile = line.GetValue(Exact) ? ProfileDerivation.Exact(recording) : ProfileDerivation.Robust(recording);
        return line.GetValue(Ceiling) is { } ceiling ? ProfileCeiling.Intersect(profile, Named(ceiling, recording.Native)) : profile;
    }

    /// <summary>A profile by its file's name, or Docker's default, as it is on machines of an ABI.</summary>
    internal static SeccompProfile Named(string name, CallAbi native) => name == DockerDefault
        ? ProfileReader.DockerDefault(native)
        : ProfileReader.ReadFile(new FilePath(name), ProfileConditions.ThisMachine with { Native = native });

    /// <summary>Whether a name is one that <see cref="Named"/> knows rather than that of a recording.</summary>
    internal static bool IsProfile(string name) => name == DockerDefault || File.Exists(name);

    /// <summary>Writes a text to where the command line says.</summary>
    internal static void WriteOut(ParseResult line, byte[] text)
    {
        if (line.GetValue(Output) is not { } output)
        {
            Screen.WriteBytes(text);
        }
        else if (AtomicReplacement.Publish(new FilePath(output), NewFileMode, text) is { } failure)
        {
            throw new OciHooksException($"{output}: {failure.Text}; name a file that can be written");
        }
    }
}
