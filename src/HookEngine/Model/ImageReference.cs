namespace HookEngine.Model;

/// <summary>Names of images, as Docker reads them: github.com/distribution/reference, "normalized" names.</summary>
public static class ImageReference
{
    private const string DefaultRegistry = "docker.io/";
    private const string OfficialImages = "library/";
    private const string DefaultTag = ":latest";

    /// <summary>A reference with its registry and tag: <c>nginx</c> is <c>docker.io/library/nginx:latest</c>.</summary>
    /// <param name="reference">The reference, or a glob for references. A glob that begins with <c>*</c> stays as it is.</param>
    public static string Normalize(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Length == 0 || reference[0] == '*')
        {
            return reference;
        }

        int slash = reference.IndexOf('/', StringComparison.Ordinal);
        string named = slash >= 0 && IsRegistry(reference.AsSpan(0, slash)) ? reference
            : slash >= 0 ? DefaultRegistry + reference
            : DefaultRegistry + OfficialImages + reference;
        named = named.StartsWith("index.docker.io/", StringComparison.Ordinal) ? DefaultRegistry + named["index.docker.io/".Length..] : named;
        named = named.StartsWith(DefaultRegistry, StringComparison.Ordinal) && named.LastIndexOf('/') < DefaultRegistry.Length
                && !named.AsSpan(DefaultRegistry.Length).StartsWith("*")
            ? DefaultRegistry + OfficialImages + named[DefaultRegistry.Length..]
            : named;
        return HasTag(named.AsSpan(named.LastIndexOf('/') + 1)) ? named : named + DefaultTag;
    }

    /// <summary>
    /// The names that a reference gives an image, normalized: one with a tag and a digest is known by the tag, too. None if it is empty.
    /// </summary>
    public static List<string> NamesIn(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var names = new List<string>(1);
        if (reference.Length == 0)
        {
            return names;
        }

        names.Add(Normalize(reference));
        int at = reference.IndexOf('@', StringComparison.Ordinal);
        if (at > 0 && reference.LastIndexOf(':', at) > reference.LastIndexOf('/', at))
        {
            names.Add(Normalize(reference[..at]));
        }

        return names;
    }

    /// <summary>Whether it may be the ID of an image, or the beginning of one, as far as can be told without the ID.</summary>
    public static bool MayBeId(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ReadOnlySpan<char> digits = reference.StartsWith("sha256:", StringComparison.Ordinal) ? reference.AsSpan("sha256:".Length) : reference;
        return digits.Length is > 0 and <= 64 && digits.IndexOfAnyExcept("0123456789abcdef") < 0;
    }

    /// <summary>Whether it is no name, but the ID of an image, or the beginning of one.</summary>
    /// <param name="reference">What an engine was told to run.</param>
    /// <param name="imageId">The ID of what it runs, <c>sha256:..</c>.</param>
    public static bool IsId(string reference, string imageId)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(imageId);
        return reference.Length > 0
            && (imageId.StartsWith(reference, StringComparison.Ordinal)
                || imageId.StartsWith("sha256:" + reference, StringComparison.Ordinal));
    }

    /// <summary>The digest in a reference; null if it has none.</summary>
    public static string? DigestOf(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        int at = reference.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? null : reference[(at + 1)..];
    }

    private static bool IsRegistry(ReadOnlySpan<char> first) => first.ContainsAny('.', ':') || first.SequenceEqual("localhost");

    /// <summary>A * may stand for a tag, too.</summary>
    private static bool HasTag(ReadOnlySpan<char> name) => name.ContainsAny(':', '@', '*');
}
