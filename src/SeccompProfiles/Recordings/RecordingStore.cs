using System.Text;
using Linux;

namespace SeccompProfiles.Recordings;

/// <summary>The directory of recordings, with one file for each image. Only its owner has access.</summary>
public sealed class RecordingStore
{
    private const int SizeLimit = 16 * 1024 * 1024;
    private const int Timeout = 5_000;
    private const uint OwnerOnly = 0x180; // rw-------
    private static readonly byte[] s_suffix = [.. ".json"u8];

    private const string MachinesDirectory = "/var/lib/ocihooks/seccomp";

    private readonly FilePath _directory;

    /// <param name="directory">The directory. It must exist before a write.</param>
    public RecordingStore(FilePath directory) => _directory = directory;

    /// <summary>
    /// The default directory of recordings: the machine's directory for root, a directory of the XDG base directories for other users. Root
    /// of a user namespace counts as another user.
    /// </summary>
    public static string DefaultDirectory
    {
        get
        {
            string? home = Environment.GetEnvironmentVariable("HOME");
            string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") ?? (home is null ? null : $"{home}/.local/state");
            return IsOfMachine || state is null ? MachinesDirectory : $"{state}/ocihooks/seccomp";
        }
    }

    /// <summary>Whether this process runs as root on the machine itself.</summary>
    public static unsafe bool IsOfMachine
    {
        get
        {
            fixed (byte* path = "/var/lib\0"u8)
            {
                return Libc.geteuid() == 0 && Libc.access(path, Libc.W_OK) == 0;
            }
        }
    }

    /// <summary>Adds the recording of a run to the recording of the same subject, unless that contains the run already.</summary>
    /// <returns>The whole recording of the subject.</returns>
    /// <exception cref="OciHooksException">The recording cannot be read or written, or the directory stays locked for 5 s.</exception>
    public Recording Add(Recording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        using var turn = DirectoryLock.Acquire(_directory, Timeout);
        if (turn.IsHeldByOthers)
        {
            throw new OciHooksException($"{_directory}: somebody else keeps it locked; see who does: fuser {DirectoryLock.File}");
        }

        Recording? known = Read(recording.Subject);
        if (known?.Has(recording.Runs[^1]) == true)
        {
            return known;
        }

        Recording merged = known?.Merge(recording) ?? recording;
        Write(merged);
        return merged;
    }

    /// <summary>Reads the recording of a subject; null if there is none.</summary>
    public Recording? Read(string subject) => ReadFile(FileOf(subject), isNeeded: false);

    /// <summary>Reads all recordings, in the order of their file names.</summary>
    public IReadOnlyList<Recording> ReadAll()
    {
        List<byte[]> names = DirectoryListing.ReadEndingIn(_directory, s_suffix, out FileError error)
            ?? (error.Errno == Libc.ENOENT ? [] : throw new OciHooksException($"{_directory}: {error.Text}; run this as root"));
        return [.. names
            .Where(name => name is not [(byte)'.', ..])
            .OrderBy(name => Encoding.UTF8.GetString(name), StringComparer.Ordinal)
            .Select(name => ReadFile(_directory.Combine(name), isNeeded: true)!)];
    }

    /// <summary>Reads a recording from any file.</summary>
    public static Recording ReadFile(FilePath file) => ReadFile(file, isNeeded: true)!;

    /// <summary>Returns the file of a subject's recording. Each subject has a different file, because a name may imitate another.</summary>
    public FilePath FileOf(string subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        string name = Uri.EscapeDataString(subject);
        return _directory.Combine(Encoding.UTF8.GetBytes($"{(name.StartsWith('.') ? "%2E" + name[1..] : name)}.json"));
    }

    private void Write(Recording recording)
    {
        FilePath file = FileOf(recording.Subject);
        if (AtomicReplacement.Publish(file, OwnerOnly, RecordingJson.Write(recording)) is { } failure)
        {
            throw new OciHooksException($"{file}: {failure.Text}; run this as root, and look for room on the disk: df {_directory}");
        }
    }

    private static Recording? ReadFile(FilePath file, bool isNeeded)
    {
        using NativeBuffer? content = RegularFile.Read(file, SizeLimit, out FileError error);
        return content is not null ? RecordingJson.Read(content.Span.ToArray(), file.ToString())
            : !isNeeded && error.Errno == Libc.ENOENT ? null
            : throw new OciHooksException($"{file}: {error.Text}; name a recording: hookctl seccomp show");
    }
}
