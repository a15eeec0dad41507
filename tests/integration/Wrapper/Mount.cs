using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>A mount within a test's own directory. Needs root.</summary>
internal sealed class Mount : IDisposable
{
    private readonly string _target;

    private Mount(string target, params IEnumerable<ByteString> arguments)
    {
        _target = target;
        _ = new Command("mount", [.. arguments, target]).Run().EnsureSuccess();
    }

    public static Mount Bind(string source, string target) => new(target, "--bind", source);

    public static Mount Memory(string target, string options) => new(target, "-t", "tmpfs", "-o", options, "tmpfs");

    /// <summary>Mounts a new btrfs in a new file.</summary>
    public static Mount Btrfs(string target, string file)
    {
        using (FileStream image = File.Create(file))
        {
            image.SetLength(256 * 1024 * 1024);
        }

        _ = new Command("mkfs.btrfs", "-q", file).Run().EnsureSuccess();
        return new Mount(target, "-o", "loop", file);
    }

    public void Dispose() => _ = new Command("umount", "-l", _target).Run();
}
