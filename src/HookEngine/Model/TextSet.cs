namespace HookEngine.Model;

/// <summary>A set of texts in the order in which they were added, without empty texts. It is fast for very many texts.</summary>
internal sealed class TextSet
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    /// <summary>The texts.</summary>
    internal IReadOnlyList<string> Texts => _texts;

    /// <summary>Adds a text. A null or empty text is ignored.</summary>
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
