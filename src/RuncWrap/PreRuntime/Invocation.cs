using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RuncWrap.PreRuntime;

/// <summary>
/// What the command line asks for, as far as the wrapper needs to know. Everything points into the process's own argv, so
/// that it can be had before the managed runtime is started and no byte is lost.
/// </summary>
internal unsafe struct Invocation
{
    /// <summary>The whole command line as it came.</summary>
    internal int ArgumentCount;
    internal byte** Arguments;

    /// <summary>The environment as it came.</summary>
    internal byte** Environment;

    /// <summary>Where the subcommand stands; 0 if there is none.</summary>
    internal int CommandIndex;

    /// <summary>Whether the subcommand sets up a container from a bundle whose configuration may need hooks.</summary>
    internal bool SetsUpContainer;

    /// <summary>The wrapper's own options, which the runtime does not get: <c>--wrap-config</c> and those of oci-add-hooks.</summary>
    internal byte* WrapConfig;
    internal byte* HookConfigPath;
    internal byte* RuntimePath;

    /// <summary><c>--wrap-version</c>: what the wrapper is and which runtime it would become is asked for, and nothing else.</summary>
    internal bool ShowsVersion;

    /// <summary>An own option that lacks its value.</summary>
    internal byte* IncompleteOption;

    /// <summary>The runtime's <c>--log</c> and <c>--log-format</c>, where errors are to be told.</summary>
    internal byte* Log;
    internal byte* LogFormat;

    /// <summary><c>--bundle</c>; null for the working directory.</summary>
    internal byte* Bundle;

    /// <summary>crun's <c>--config</c>; null for config.json in the bundle.</summary>
    internal byte* ConfigFile;

    /// <summary>The container's ID; null if it was not given.</summary>
    internal byte* ContainerId;

    /// <summary>How many of the first arguments may be the wrapper's own.</summary>
    internal const int MaxWrapperIndex = 1024;

    /// <summary>Which of the arguments are the wrapper's own, a bit for each index.</summary>
    private fixed ulong _wrapperArguments[MaxWrapperIndex / 64];

    /// <summary>The path of the wrapper's settings file.</summary>
    internal readonly byte* SettingsPath
    {
        get
        {
            if (WrapConfig != null)
            {
                return WrapConfig;
            }

            // A literal's bytes are followed by a NUL and never move.
            return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference("/etc/ocihooks/config.json"u8));
        }
    }

    internal readonly bool IsWrapperArgument(int index) =>
        index < MaxWrapperIndex && (_wrapperArguments[index / 64] & (1UL << (index % 64))) != 0;

    internal void SetWrapperArgument(int index) => _wrapperArguments[index / 64] |= 1UL << (index % 64);
}
