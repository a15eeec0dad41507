using System.Text;

namespace Linux;

/// <summary>
/// A path as Linux has it: bytes without a NUL, in no particular encoding, path_resolution(7). A .NET string cannot hold
/// every path.
/// </summary>
public sealed class FilePath
{
    private readonly byte[] _terminated;
    private int _nameStart = -1;

    /// <summary>A path from text, as UTF-8.</summary>
    /// <param name="path">The path; it holds no U+0000.</param>
    public FilePath(string path)
    {
        _terminated = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, _terminated);
    }

    /// <summary>A path from its bytes, without the terminating NUL.</summary>
    public FilePath(ReadOnlySpan<byte> path)
    {
        _terminated = new byte[path.Length + 1];
        path.CopyTo(_terminated);
    }

    private FilePath(byte[] terminated) => _terminated = terminated;

    /// <summary>The path's bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _terminated.AsSpan(0, _terminated.Length - 1);

    /// <summary>The path's bytes and a NUL, for a system call.</summary>
    internal ReadOnlySpan<byte> Terminated => _terminated;

    /// <summary>The directory that holds the file the path names; <c>.</c> for a bare name.</summary>
    public FilePath Parent
    {
        get
        {
            int slash = Bytes.LastIndexOf((byte)'/');
            return slash < 0 ? new FilePath("."u8) : new FilePath(Bytes[..Math.Max(slash, 1)]);
        }
    }

    /// <summary>The last name of the path.</summary>
    public ReadOnlySpan<byte> Name
    {
        get
        {
            _nameStart = _nameStart < 0 ? Bytes.LastIndexOf((byte)'/') + 1 : _nameStart;
            return Bytes[_nameStart..];
        }
    }

    /// <summary>The path of an entry of this directory.</summary>
    public FilePath Combine(ReadOnlySpan<byte> name)
    {
        bool separated = Bytes.Length == 0 || Bytes[^1] == '/';
        byte[] joined = new byte[Bytes.Length + name.Length + (separated ? 1 : 2)];
        Bytes.CopyTo(joined);
        if (!separated)
        {
            joined[Bytes.Length] = (byte)'/';
        }

        name.CopyTo(joined.AsSpan(joined.Length - 1 - name.Length));
        return new FilePath(joined);
    }

    /// <summary>The path with something added to its last name.</summary>
    public FilePath WithSuffix(ReadOnlySpan<byte> suffix) => new([.. Bytes, .. suffix]);

    /// <summary>The path for people to read: bytes that are not UTF-8 become U+FFFD.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes);
}
