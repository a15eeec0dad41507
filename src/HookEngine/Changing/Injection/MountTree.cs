namespace HookEngine.Changing.Injection;

/// <summary>
/// The mounts of a config.json by their places in the container: what is mounted in a place, and what is mounted below it first.
/// </summary>
internal sealed class MountTree
{
    private Dictionary<string, MountTree>? _below;

    /// <summary>The first mount in the list whose place is below this one; null if there is none.</summary>
    internal EditableJson? FirstBelow { get; private set; }

    /// <summary>The last mount in the list in this very place; null if there is none.</summary>
    internal EditableJson? Here { get; private set; }

    /// <summary>A place.</summary>
    /// <param name="destination">Its path, without needless slashes and dots.</param>
    internal MountTree At(string destination)
    {
        MountTree place = this;
        foreach (Range part in Parts(destination))
        {
            place = place.Below(destination[part]);
        }

        return place;
    }

    /// <summary>Notes a mount.</summary>
    /// <param name="destination">Its place.</param>
    /// <param name="mount">The mount.</param>
    /// <param name="before">The one that it was put before; null if it stands behind all others.</param>
    internal void Add(string destination, EditableJson mount, EditableJson? before)
    {
        MountTree place = this;
        foreach (Range part in Parts(destination))
        {
            if (place.FirstBelow is null || place.FirstBelow == before)
            {
                place.FirstBelow = mount;
            }

            place = place.Below(destination[part]);
        }

        place.Here = mount;
    }

    private MountTree Below(string name)
    {
        _below ??= new Dictionary<string, MountTree>(StringComparer.Ordinal);
        if (!_below.TryGetValue(name, out MountTree? place))
        {
            place = new MountTree();
            _below.Add(name, place);
        }

        return place;
    }

    /// <summary>The names that a clean path is made of; / has none.</summary>
    private static IEnumerable<Range> Parts(string destination)
    {
        for (int start = 1; start < destination.Length;)
        {
            int slash = destination.IndexOf('/', start);
            int end = slash < 0 ? destination.Length : slash;
            yield return start..end;
            start = end + 1;
        }
    }
}
