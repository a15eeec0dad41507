namespace HookEngine.Model;

/// <summary>The facts that rules ask for and that only an engine's files contain. No other facts are read from these files.</summary>
public sealed class RequestedFacts
{
    private HashSet<string>? _labels;

    /// <summary>Whether any fact is requested.</summary>
    public bool Any { get; private set; }

    /// <summary>Whether the image's names are requested.</summary>
    public bool Image { get; private set; }

    /// <summary>Whether the image's digests are requested.</summary>
    public bool ImageDigest { get; private set; }

    /// <summary>A request for everything but labels.</summary>
    public static RequestedFacts AllButLabels => new() { Any = true, Image = true, ImageDigest = true };

    /// <summary>Requests a fact. A fact that is not in an engine's files is ignored.</summary>
    /// <param name="kind">The kind of text.</param>
    /// <param name="key">The label's name.</param>
    public void Ask(ContainerText kind, string? key)
    {
        if (!kind.IsEngines())
        {
            return;
        }

        Any = true;
        Image |= kind == ContainerText.Image;
        ImageDigest |= kind == ContainerText.ImageDigest;
        if (kind == ContainerText.Label && key is not null)
        {
            _labels ??= new HashSet<string>(StringComparer.Ordinal);
            _labels.Add(key);
        }
    }

    /// <summary>Whether a label with this name is requested.</summary>
    internal bool HasLabel(string key) => _labels?.Contains(key) == true;
}
