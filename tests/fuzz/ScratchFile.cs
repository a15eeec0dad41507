using Linux;

namespace Fuzz;

/// <summary>Files for readers that open files themselves.</summary>
internal static class ScratchFile
{
    private static readonly string s_directory = Directory.CreateTempSubdirectory("ocihooks-fuzz-").FullName;

    static ScratchFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(s_directory, recursive: true);

    /// <summary>Writes a file.</summary>
    /// <param name="name">The file's path in this process's own directory.</param>
    /// <param name="text">The file's contents.</param>
    internal static FilePath Write(string name, byte[] text)
    {
        string path = Path.Combine(s_directory, name);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, text);
        return new FilePath(path);
    }
}
