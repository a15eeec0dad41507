using HookEngine.Model;
using Linux;
using SeccompProfiles.Recordings;

namespace HookCtl.Commands.Seccomp;

/// <summary>Finds recordings by what people call them.</summary>
internal sealed class RecordingSearch
{
    private readonly FilePath _directory;
    private readonly RecordingStore _store;

    internal RecordingSearch(FilePath directory)
    {
        _directory = directory;
        _store = new RecordingStore(directory);
    }

    internal IReadOnlyList<Recording> All() => _store.ReadAll();

    /// <summary>The recording of an image or a container, or in a file.</summary>
    /// <exception cref="OciHooksException">There is none, or more than one.</exception>
    internal Recording Find(string name)
    {
        if (name.EndsWith(".json", StringComparison.Ordinal) && File.Exists(name))
        {
            return RecordingStore.ReadFile(new FilePath(name));
        }

        Recording[] found = [.. All().Where(recording => Fits(recording, name))];
        return found switch
        {
            [var single] => single,
            [] => throw new OciHooksException($"{_directory}: has no recording of {name}; see hookctl seccomp show, or record it: "
                + $"hookctl seccomp record --image {name}"),
            _ => throw new OciHooksException($"{name}: {found.Length} recordings are called so; name one by its digest: "
                + string.Join(", ", found.Select(recording => recording.Subject))),
        };
    }

    private static bool Fits(Recording recording, string name) =>
        recording.Subject == name
        || recording.Subject.StartsWith("sha256:" + name, StringComparison.Ordinal)
        || (name.StartsWith("sha256:", StringComparison.Ordinal) && recording.Subject.StartsWith(name, StringComparison.Ordinal))
        || recording.Image == ImageReference.Normalize(name)
        || (recording.Runs.Count > 0 && recording.Runs[^1].Name == name);
}
