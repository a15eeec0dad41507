using System.Globalization;
using System.Text;
using HookEngine.Linux;

namespace HookEngine.Injection;

/// <summary>
/// Where a configuration's <see cref="InjectionRecord"/> is kept: beside it, or, where its directory cannot be written, in the
/// runtime directory under the configuration's device and inode, which stay the same when it is written in place.
/// </summary>
internal sealed class InjectionRecordFile
{
    private const uint OnlyOwner = 0x180;
    private const uint OnlyOwnerDirectory = 0x1C0;

    private readonly FilePath _config;
    private readonly FilePath _beside;
    private readonly FilePath _elsewhere;

    private InjectionRecordFile(FilePath config, FilePath elsewhere)
    {
        _config = config;
        _beside = config.WithSuffix(".ocihooks"u8);
        _elsewhere = elsewhere;
    }

    /// <summary>The record of a configuration; a symbolic link's is that of what it leads to.</summary>
    internal static InjectionRecordFile Of(FilePath config)
    {
        FilePath real = AtomicReplacement.Resolve(config, out _) ?? config;
        FileStatus status = Status(real) ?? default;
        string name = string.Create(CultureInfo.InvariantCulture, $"{status.Device:x}-{status.Inode:x}");
        return new InjectionRecordFile(real, RuntimeDirectory().Combine(Encoding.ASCII.GetBytes(name)));
    }

    /// <summary>The directory that holds the configuration itself.</summary>
    internal FilePath Directory => _config.Parent;

    /// <summary>Whether there is a record.</summary>
    internal bool Exists => Status(_beside) is not null || Status(_elsewhere) is not null;

    /// <summary>Whether it is there, and this user may not read it.</summary>
    internal unsafe bool IsSecret
    {
        get
        {
            fixed (byte* beside = _beside.Terminated)
            {
                return Status(_beside) is not null && Libc.access(beside, Libc.R_OK) != 0;
            }
        }
    }

    /// <summary>Reads it; empty if there is none.</summary>
    internal InjectionRecord Read()
    {
        InjectionRecord beside = InjectionRecord.Read(_beside);
        if (beside.Generations.Count > 0 || !IsOurs(_elsewhere.Parent))
        {
            return beside;
        }

        InjectionRecord elsewhere = InjectionRecord.Read(_elsewhere);
        return IsOfThis(elsewhere) ? elsewhere : beside;
    }

    /// <summary>A record elsewhere may be that of a file whose inode this one has got.</summary>
    private bool IsOfThis(InjectionRecord record) => record.Config == Convert.ToBase64String(_config.Bytes);

    /// <summary>Writes it. A record that may be written nowhere is done without: the container matters more.</summary>
    /// <exception cref="OciHooksException">There is no space for it.</exception>
    internal void Write(InjectionRecord.Generation next, InjectionRecord.Generation? shown)
    {
        byte[] record = InjectionRecord.Write(next, shown, _config);
        if (record.Length > InjectionRecord.SizeLimit)
        {
            throw new OciHooksException(
                $"{_config}: the change to it is too large to be recorded; "
                + "see to it that precreate programs leave the text as it is where they can");
        }

        FileError? failure = AtomicReplacement.Create(_beside, OnlyOwner, record);
        if (failure is { IsLackOfSpace: false })
        {
            MakeDirectory(_elsewhere.Parent);
            if (IsOurs(_elsewhere.Parent))
            {
                _ = AtomicReplacement.Create(_elsewhere, OnlyOwner, record);
            }
        }
        else if (failure is not null)
        {
            throw new OciHooksException($"{_beside}: {failure.Value.Text}; give the bundle's file system space");
        }
    }

    /// <summary>Removes it.</summary>
    internal unsafe void Delete()
    {
        fixed (byte* beside = _beside.Terminated, elsewhere = _elsewhere.Terminated)
        {
            _ = Libc.unlink(beside);
            _ = Libc.unlink(elsewhere);
        }
    }

    /// <summary>A directory of the user's own that is there as long as the machine runs, file-hierarchy(7).</summary>
    private static FilePath RuntimeDirectory()
    {
        uint user = Libc.geteuid();
        if (user == 0)
        {
            return new FilePath("/run/ocihooks");
        }

        string own = string.Create(CultureInfo.InvariantCulture, $"/run/user/{user}");
        return new FilePath(Status(new FilePath(own)) is null
            ? string.Create(CultureInfo.InvariantCulture, $"/tmp/ocihooks-{user}")
            : own + "/ocihooks");
    }

    private static unsafe FileStatus? Status(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.Stat(name, out FileStatus status) ? status : null;
        }
    }

    /// <summary>In /tmp anyone could have made it, and put in it what they like.</summary>
    private static bool IsOurs(FilePath directory) =>
        Status(directory) is { IsDirectory: true } status
        && status.User == Libc.geteuid()
        && (status.Permissions & ~OnlyOwnerDirectory) == 0;

    private static unsafe void MakeDirectory(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            _ = Libc.mkdir(name, OnlyOwnerDirectory);
        }
    }
}
