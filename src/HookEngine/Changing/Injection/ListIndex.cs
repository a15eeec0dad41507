using System.Runtime.InteropServices;

namespace HookEngine.Changing.Injection;

/// <summary>
/// The elements of a list of config.json by what tells them apart, such as a variable's name: an edit looks at those of its own key, not
/// at all there are.
/// </summary>
/// <param name="list">The list.</param>
internal sealed class ListIndex(EditableJson list)
{
    private static readonly List<EditableJson> s_none = [];

    private readonly Dictionary<string, List<EditableJson>> _byKey = new(StringComparer.Ordinal);

    /// <summary>The list.</summary>
    internal EditableJson List => list;

    /// <summary>The elements of a key, in their order.</summary>
    internal List<EditableJson> Of(string key) => _byKey.GetValueOrDefault(key, s_none);

    /// <summary>Notes that an element stands behind all others of its key.</summary>
    internal void Add(string key, EditableJson element) =>
        (CollectionsMarshal.GetValueRefOrAddDefault(_byKey, key, out _) ??= []).Add(element);
}
