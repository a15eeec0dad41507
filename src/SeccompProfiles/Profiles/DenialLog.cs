using System.Text.Json;
using System.Text.Json.Serialization;
using Linux;

namespace SeccompProfiles.Profiles;

/// <summary>
/// The file of denials, one JSON object a line. When the file is large, it is renamed to <c>denials.1</c> and a new one begins.
/// </summary>
public sealed class DenialLog
{
    private const int SizeLimit = 4 * 1024 * 1024;
    private const uint OwnerOnly = 0x180; // rw-------

    private readonly FilePath _file;

    /// <param name="directory">The store of recordings.</param>
    public DenialLog(FilePath directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        _file = directory.Combine("denials"u8);
    }

    /// <summary>Appends denials to the file, except those that it contains already.</summary>
    /// <exception cref="OciHooksException">The file cannot be written.</exception>
    public unsafe void Add(IReadOnlyList<Denial> denials)
    {
        ArgumentNullException.ThrowIfNull(denials);
        if (denials.Count == 0)
        {
            return;
        }

        using var text = new MemoryStream();
        foreach (Denial denial in Missing(denials))
        {
            JsonSerializer.Serialize(text, denial, DenialJson.Default.Denial);
            text.WriteByte((byte)'\n');
        }

        fixed (byte* name = _file.Terminated, older = _file.WithSuffix(".1"u8).Terminated, bytes = text.GetBuffer())
        {
            if (Libc.Stat(name, out FileStatus status) && status.Size > SizeLimit)
            {
                _ = Libc.rename(name, older);
            }

            // A single appending write, so that the lines of concurrent writers stay intact.
            int fd = Libc.Open(name, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND, OwnerOnly);
            bool isWritten = fd >= 0 && Libc.WriteAll(fd, bytes, (nint)text.Length);
            FileError failure = isWritten ? default : FileError.FromErrno("cannot be written");
            _ = Libc.close(fd);
            if (!isWritten)
            {
                throw new OciHooksException($"{_file}: {failure.Text}; run this as root, and look for room on the disk");
            }
        }
    }

    /// <summary>Returns the denials that are not in the file yet. The file is parsed only if it names the container at all.</summary>
    private IEnumerable<Denial> Missing(IReadOnlyList<Denial> denials)
    {
        byte[] container = System.Text.Encoding.UTF8.GetBytes(denials[0].Container);
        using NativeBuffer? content = RegularFile.Read(_file, 2 * SizeLimit, out _);
        if (content is null || content.Span.IndexOf(container) < 0)
        {
            return denials;
        }

        IReadOnlyList<Denial> known = Parse(content.Span);
        return denials.Where(denial => !known.Any(denial.IsSameAs));
    }

    /// <summary>Reads the denials, the newest last. Invalid lines are ignored.</summary>
    public IReadOnlyList<Denial> Read()
    {
        var denials = new List<Denial>();
        foreach (FilePath file in (FilePath[])[_file.WithSuffix(".1"u8), _file])
        {
            using NativeBuffer? content = RegularFile.Read(file, 2 * SizeLimit, out FileError error);
            if (content is null && error.Errno != Libc.ENOENT)
            {
                throw new OciHooksException($"{file}: {error.Text}; run this as root");
            }

            denials.AddRange(content is null ? [] : Parse(content.Span));
        }

        return denials;
    }

    private static Denial[] Parse(ReadOnlySpan<byte> text) =>
        [.. System.Text.Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).OfType<Denial>()];

    private static Denial? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, DenialJson.Default.Denial);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Denial))]
internal sealed partial class DenialJson : JsonSerializerContext;
