using System.Globalization;
using System.Text;
using Linux;

namespace HookEngine.Changing.Injection;

/// <summary>
/// Where a configuration's <see cref="InjectionRecord"/> is kept: beside it, or, where its directory cannot be written, in
/// <see cref="StateDirectory.Runtime"/> under the configuration's device and inode, which stay the same when it is written in place.
/// </summary>
internal sealed class InjectionRecordFile
{
    private const uint OnlyOwner = 0x180;

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
        return new InjectionRecordFile(real, StateDirectory.Runtime.Combine(Encoding.ASCII.GetBytes(name)));
    }

    /// <summary>The directory that holds the configuration itself.</summary>
    internal FilePath Directory => _config.Parent;

    /// <summary>Whether there is a record, or nobody can tell.</summary>
    internal bool Exists => MayExist(_beside) || (MayExist(_elsewhere) && ReadElsewhere() is not null);

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
        return beside.Generations.Count > 0 ? beside : ReadElsewhere() ?? beside;
    }

    /// <summary>The record that is kept elsewhere; null if there is none. It may be that of a file whose inode this one has got.</summary>
    private InjectionRecord? ReadElsewhere()
    {
        if (!StateDirectory.IsReliable(_elsewhere.Parent))
        {
            return null;
        }

        InjectionRecord record = InjectionRecord.Read(_elsewhere);
        return record.Config == Convert.ToBase64String(_config.Bytes) ? record : null;
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="OciHooksException">It cannot be kept: the next create would inject the same again.</exception>
    internal void Write(InjectionRecord.Generation next, InjectionRecord.Generation? shown)
    {
        byte[] record = InjectionRecord.Write(next, shown, _config);
        if (record.Length > InjectionRecord.SizeLimit)
        {
            throw new OciHooksException(
                $"{_config}: the change to it is too large to be recorded; "
                + "see to it that precreate programs leave the text as it is where they can");
        }

        if (AtomicReplacement.Create(_beside, OnlyOwner, record) is not { } failure)
        {
            return;
        }

        if (failure.IsLackOfSpace)
        {
            throw new OciHooksException($"{_beside}: {failure.Text}; give the bundle's file system space");
        }

        if ((StateDirectory.Make(_elsewhere.Parent) ?? AtomicReplacement.Create(_elsewhere, OnlyOwner, record)) is { } second)
        {
            throw new OciHooksException(
                $"{_beside}: {failure.Text}, and {_elsewhere}: {second.Text}; so it cannot be noted what is injected, and a later create "
                + "would inject it again: make the bundle or that directory writable");
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

    private static bool MayExist(FilePath path) => Status(path) is not null || !new FileError("", Libc.Errno).IsAbsence;

    private static unsafe FileStatus? Status(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.Stat(name, out FileStatus status) ? status : null;
        }
    }
}
