namespace Json;

/// <summary>
/// The members of a JSON object whose names are data, such as annotations. Each name is there once, where it first stood: the last of
/// several values counts.
/// </summary>
internal sealed class StringMap
{
    /// <summary>Up to so many members, looking at each is faster than hashing.</summary>
    private const int FewMembers = 8;

    private readonly List<KeyValuePair<string, string>> _members = [];
    private Dictionary<string, int>? _places;

    /// <summary>The members, in the order of the text.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Members => _members;

    /// <summary>Gives a member a value.</summary>
    internal void Set(string name, string value)
    {
        int place = PlaceOf(name);
        if (place >= 0)
        {
            _members[place] = new(name, value);
            return;
        }

        _places?.Add(name, _members.Count);
        _members.Add(new(name, value));
    }

    private int PlaceOf(string name)
    {
        if (_members.Count <= FewMembers)
        {
            return _members.FindIndex(member => member.Key == name);
        }

        if (_places is null)
        {
            _places = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < _members.Count; i++)
            {
                _places.Add(_members[i].Key, i);
            }
        }

        return _places.TryGetValue(name, out int place) ? place : -1;
    }
}
