using HookEngine.Changing.Injection;
using HookEngine.Model;
using HookEngine.Reading.Bundles;
using Linux;

namespace HookEngine.Changing.Bundles;

/// <summary>
/// A bundle's config.json on disk, as it is without what OciHooks injected into it before; OCI runtime specification, "Bundle".
/// </summary>
public sealed class BundleConfig : IDisposable
{
    /// <summary>What a config.json may weigh, in bytes. The kernel's limits on argv and environment keep real ones far below.</summary>
    public const int SizeLimit = 256 * 1024 * 1024;

    /// <summary>How often, and how far apart, a file is read again that is no configuration.</summary>
    private const int Rereads = 4;
    private const uint RereadMicroseconds = 10_000;

    /// <summary>How long another create of the same bundle may take, in milliseconds.</summary>
    private const int LockTimeout = 2_000;

    private readonly DirectoryLock _lock;
    private readonly ContainerConfig _config;
    private readonly NativeBuffer _original;
    private readonly InjectionRecord.Generation? _shown;
    private readonly InjectionRecord.Generation? _previous;
    private readonly InjectionRecordFile _record;
    private readonly IReadOnlyList<InjectionRecord.AddedHook> _undone;
    private readonly bool _isRestored;

    private BundleConfig(
        DirectoryLock held,
        FilePath path,
        InjectionRecordFile record,
        NativeBuffer original,
        ContainerConfig config,
        InjectionRecord.Generation? shown,
        InjectionRecord.Generation? previous,
        IReadOnlyList<InjectionRecord.AddedHook> undone,
        bool isRestored)
    {
        _lock = held;
        _config = config;
        Path = path;
        _record = record;
        _original = original;
        _shown = shown;
        _previous = previous;
        _undone = undone;
        _isRestored = isRestored;
    }

    /// <summary>The file.</summary>
    public FilePath Path { get; }

    /// <summary>The text without earlier injections.</summary>
    public ReadOnlySpan<byte> Original => _original.Span;

    /// <summary>The hooks of earlier injections that the file has and <see cref="Original"/> has not, as they stand in it.</summary>
    public IReadOnlyList<PlannedHook> Undone => [.. _undone.Select(hook => new PlannedHook(hook.Stage, hook.Hook, null))];

    /// <summary>
    /// Reads a configuration and takes earlier injections out of the text, not yet out of the file. Until it is disposed of, other
    /// creates of the same bundle wait.
    /// </summary>
    /// <param name="path">The file, usually config.json in the bundle.</param>
    /// <param name="config">What it says.</param>
    /// <param name="yields">
    /// Whether one that others work on for long is left to them. A container is created all the same: somebody who was stopped must
    /// not stop it from starting.
    /// </param>
    /// <param name="isDetailed">Whether <see cref="ContainerConfig.Detail"/> is read, too.</param>
    /// <returns>The file's text.</returns>
    /// <exception cref="OciHooksException">It cannot be read, is no configuration, or is others'.</exception>
    public static BundleConfig Read(FilePath path, out ContainerConfig config, bool yields = false, bool isDetailed = false)
    {
        InjectionRecordFile record = InjectionRecordFile.Of(path);
        DirectoryLock held = DirectoryLock.Acquire(record.Directory, LockTimeout);
        try
        {
            if (yields && held.IsHeldByOthers)
            {
                throw new OciHooksException(
                    $"{path}: its bundle is locked by a create, inject or eject that is running; try again when that has ended");
            }

            return ReadLocked(held, path, record, isDetailed, out config);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static BundleConfig ReadLocked(
        DirectoryLock held, FilePath path, InjectionRecordFile record, bool isDetailed, out ContainerConfig config)
    {
        for (int attempt = 0; ; attempt++)
        {
            NativeBuffer current = ReadText(path);
            InjectionRecord injected = record.Read();
            List<Splice> undo = injected.EditsToUndo(
                current.Span, out InjectionRecord.Generation? shown, out IReadOnlyList<InjectionRecord.AddedHook> undone);
            InjectionRecord.Generation? previous = shown ?? (injected.Generations is [var latest, ..] ? latest : null);
            NativeBuffer original = Apply(current, undo);
            if (ContainerConfig.Parse(original.Span, out string? problem, isDetailed) is { } parsed)
            {
                config = parsed;
                return new BundleConfig(held, path, record, original, parsed, shown, previous, undone, undo.Count > 0);
            }

            original.Dispose();
            if (attempt == Rereads)
            {
                throw new OciHooksException($"{path}: {problem}; the engine or tool that made the bundle must write it anew");
            }

            // It may be in the middle of being written in place by another create.
            _ = Libc.usleep(RereadMicroseconds);
        }
    }

    /// <summary>Whether a configuration was injected into before.</summary>
    public static bool HasRecord(FilePath path) => InjectionRecordFile.Of(path).Exists;

    /// <summary>Whether a configuration has a record of what was injected into it that this user may not read.</summary>
    public static bool HasSecretRecord(FilePath path) => InjectionRecordFile.Of(path).IsSecret;

    /// <summary>Whether the file holds what was injected earlier.</summary>
    public bool HasInjection => _shown is not null || _isRestored;

    /// <summary>Whether the file is what it would be without earlier injections and with these.</summary>
    /// <param name="patch">Changes of <see cref="Original"/>.</param>
    public bool Shows(ConfigPatch patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return _shown is not null ? _shown.Edits.SequenceEqual(patch.Splices) : patch.Splices.Count == 0 && !_isRestored;
    }

    /// <summary>
    /// Brings the file to what it is without earlier injections and with these. Nothing is written if that is what it is.
    /// </summary>
    /// <param name="patch">Changes of <see cref="Original"/>.</param>
    /// <returns>Whether the file was written.</returns>
    /// <exception cref="OciHooksException">It cannot be written; it is as it was.</exception>
    public bool Write(ConfigPatch patch)
    {
        if (Shows(patch))
        {
            return false;
        }

        IReadOnlyList<Splice> edits = patch.Splices;
        using var patched = new NativeBuffer(Splice.LengthAfter(_original.Length, edits));
        Splice.Apply(_original.Span, edits, patched.Span);
        if (edits.Count > 0)
        {
            _record.Write(InjectionRecord.Generation.Of(_original.Span, _config, patch, patched.Span), _previous);
        }

        if (AtomicReplacement.Replace(Path, patched.Span) is { } failure)
        {
            string advice = failure.IsLackOfSpace ? "give its file system space, and the process a file size limit above it" : "make the bundle writable";
            throw new OciHooksException($"{Path}: {failure.Text}; {advice}");
        }

        if (edits.Count == 0)
        {
            _record.Delete();
        }

        return true;
    }

    /// <summary>Brings the file to what it is without earlier injections, and forgets them.</summary>
    /// <returns>Whether the file was written.</returns>
    /// <exception cref="OciHooksException">It cannot be written; it is as it was.</exception>
    public bool Restore()
    {
        bool isWritten = Write(ConfigPatch.None);
        if (!isWritten)
        {
            _record.Delete();
        }

        return isWritten;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _original.Dispose();
        _lock.Dispose();
    }

    private static NativeBuffer ReadText(FilePath path) => RegularFile.Read(path, SizeLimit, out FileError error)
        ?? throw new OciHooksException($"{path}: {error.Text}; the bundle must hold a config.json that can be read");

    private static NativeBuffer Apply(NativeBuffer text, List<Splice> edits)
    {
        if (edits.Count == 0)
        {
            return text;
        }

        var edited = new NativeBuffer(Splice.LengthAfter(text.Length, edits));
        Splice.Apply(text.Span, edits, edited.Span);
        text.Dispose();
        return edited;
    }
}
