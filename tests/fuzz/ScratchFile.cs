using Linux;

namespace Fuzz;

/// <summary>A file for readers that open it themselves.</summary>
internal static class ScratchFile
{
    private static readonly string s_directory = Directory.CreateTempSubdirectory("ocihooks-fuzz-").FullName;

    static ScratchFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(s_directory, recursive: true);

    /// <summary>Writes one.</summary>
    /// <param name="name">Its path, from a directory of this process's own.</param>
    /// <param name="text">What is in it.</param>
    internal static FilePath Write(string name, byte[] text)
    {
        string path = Path.Combine(s_directory, name);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, text);
        return new FilePath(path);
    }
}
