namespace HookCtl.Toml;

/// <summary>
/// What a TOML text has defined so far, to find what it defines twice. Tomlyn's validation would, but misses a header that names an
/// earlier table's key, and quotes the whole earlier table in each of its messages, so that a small file takes all memory.
/// </summary>
internal sealed class TomlDefinitions
{
    /// <summary>What stands before the first header.</summary>
    internal TomlScope Top { get; } = new(TomlScopeKind.Header);

    /// <summary>The table that a header begins; null if it is defined already, or the name of something else.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="isElement">Whether it begins one more element of an array of tables.</param>
    internal TomlScope? Open(IReadOnlyList<string> name, bool isElement)
    {
        TomlScope? place = Top;
        foreach (string part in name.SkipLast(1))
        {
            TomlScope member = place.Member(part, TomlScopeKind.Implied);
            place = member.Last ?? member;
            if (place.Kind == TomlScopeKind.Value)
            {
                return null;
            }
        }

        TomlScope table = place.Member(name[^1], isElement ? TomlScopeKind.Elements : TomlScopeKind.Implied);
        return (isElement, table.Kind) switch
        {
            (true, TomlScopeKind.Elements) => table.Last = new TomlScope(TomlScopeKind.Header),
            (false, TomlScopeKind.Implied) => table.Defined(),
            _ => null,
        };
    }
}
