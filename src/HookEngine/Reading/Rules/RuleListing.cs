using Linux;
using Linux.Paths;

namespace HookEngine.Reading.Rules;

/// <summary>The contents of a directory of rules.</summary>
/// <param name="Directory">The directory, open.</param>
/// <param name="Files">The rule files, sorted by name.</param>
/// <param name="Namespaces">The subdirectory with the rules of Kubernetes namespaces; null if there is none.</param>
internal sealed record RuleListing(WalkedDirectory Directory, IReadOnlyList<FilePath> Files, FilePath? Namespaces)
{
    /// <summary>The name of the subdirectory for namespaces.</summary>
    internal static ReadOnlySpan<byte> NamespaceDirectory => "namespace"u8;

    /// <summary>Whether a namespace can have this name, RFC 1123 label names. No such name leads out of a directory.</summary>
    internal static bool IsNamespaceName(string name) =>
        name.Length is > 0 and <= 63 && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');
}
