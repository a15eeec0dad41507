using Linux;

namespace HookCtl.Processes;

/// <summary>The runc-wrap that runs hooks.</summary>
internal static class WrapperProgram
{
    internal const string Name = "runc-wrap";

    private static readonly FilePath s_packaged = new("/usr/bin/" + Name);

    /// <summary>
    /// The one beside hookctl, else the one in PATH, else where the package puts it, be it there or not. A hook's path is absolute,
    /// whatever the directory the runtime runs in.
    /// </summary>
    internal static FilePath Find() => ProgramSearch.Find(Name, Path.GetDirectoryName(Environment.ProcessPath)) ?? s_packaged;
}
