namespace HookEngine.Model;

/// <summary>Texts in the order in which they came, each once, and none that is empty: there may be very many.</summary>
internal sealed class TextSet
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    /// <summary>The texts.</summary>
    internal IReadOnlyList<string> Texts => _texts;

    /// <summary>Adds a text, if it is one.</summary>
    internal void Add(string? text)
    {
        if (text is { Length: > 0 } && _known.Add(text))
        {
            _texts.Add(text);
        }
    }

    /// <summary>Adds texts.</summary>
    internal void AddRange(IEnumerable<string?> texts)
    {
        foreach (string? text in texts)
        {
            Add(text);
        }
    }
}
