namespace HookEngine.Model;

/// <summary>What rules ask that only an engine's own files tell: these are read for it, and no others.</summary>
public sealed class RequestedFacts
{
    private HashSet<string>? _labels;

    /// <summary>Whether anything is asked.</summary>
    public bool Any { get; private set; }

    /// <summary>Whether the image's names are asked for.</summary>
    public bool Image { get; private set; }

    /// <summary>Whether the image's digests are asked for.</summary>
    public bool ImageDigest { get; private set; }

    /// <summary>Everything but labels.</summary>
    public static RequestedFacts AllButLabels => new() { Any = true, Image = true, ImageDigest = true };

    /// <summary>Notes a question, if it is one to the engine.</summary>
    /// <param name="kind">What is asked for.</param>
    /// <param name="key">Of a label: its name.</param>
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

    /// <summary>Whether a label of that name is asked for.</summary>
    internal bool HasLabel(string key) => _labels?.Contains(key) == true;
}
