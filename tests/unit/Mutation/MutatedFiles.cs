using System.Text;

namespace Tests.Unit.Mutation;

/// <summary>A directory for readers that read files themselves.</summary>
internal sealed class MutatedFiles : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    /// <summary>Writes a file, below the directory.</summary>
    internal string Write(string name, ReadOnlySpan<byte> text)
    {
        string path = Path.Combine(Root, name);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, text.ToArray());
        return path;
    }

    internal string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
