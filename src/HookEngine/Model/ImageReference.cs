namespace HookEngine.Model;

/// <summary>Parses image references as Docker does: github.com/distribution/reference, "normalized" names.</summary>
public static class ImageReference
{
    private const string DefaultRegistry = "docker.io/";
    private const string OfficialImages = "library/";
    private const string DefaultTag = ":latest";

    /// <summary>Returns a reference with its registry and tag: <c>nginx</c> becomes <c>docker.io/library/nginx:latest</c>.</summary>
    /// <param name="reference">The reference, or a glob for references. A glob that begins with <c>*</c> is returned unchanged.</param>
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
    /// Returns the normalized names in a reference. A reference with a tag and a digest also names the image by its tag. An empty reference
    /// has no names.
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

    /// <summary>Whether a reference has the form of an image's ID or of the beginning of one.</summary>
    public static bool MayBeId(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ReadOnlySpan<char> digits = reference.StartsWith("sha256:", StringComparison.Ordinal) ? reference.AsSpan("sha256:".Length) : reference;
        return digits.Length is > 0 and <= 64 && digits.IndexOfAnyExcept("0123456789abcdef") < 0;
    }

    /// <summary>Whether a reference is an image's ID, or the beginning of it, and not a name.</summary>
    /// <param name="reference">The image that the engine was asked to run.</param>
    /// <param name="imageId">The ID of the image that it runs, <c>sha256:..</c>.</param>
    public static bool IsId(string reference, string imageId)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(imageId);
        return reference.Length > 0
            && (imageId.StartsWith(reference, StringComparison.Ordinal)
                || imageId.StartsWith("sha256:" + reference, StringComparison.Ordinal));
    }

    /// <summary>Returns the digest in a reference; null if there is none.</summary>
    public static string? DigestOf(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        int at = reference.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? null : reference[(at + 1)..];
    }

    private static bool IsRegistry(ReadOnlySpan<char> first) => first.ContainsAny('.', ':') || first.SequenceEqual("localhost");

    /// <summary>Whether a name has a tag or a digest. A * counts, because it may match a tag.</summary>
    private static bool HasTag(ReadOnlySpan<char> name) => name.ContainsAny(':', '@', '*');
}
