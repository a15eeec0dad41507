namespace HookCtl.Toml;

/// <summary>How something came to be defined, which decides what may still be added to it.</summary>
internal enum TomlScopeKind
{
    /// <summary>The header of a table within it names it: a header of its own may follow.</summary>
    Implied,

    /// <summary>It has a header.</summary>
    Header,

    /// <summary>An array of tables.</summary>
    Elements,

    /// <summary>A dotted key names it: more such keys may follow.</summary>
    DottedKey,

    /// <summary>It is a value; an inline table is whole.</summary>
    Value,
}

/// <summary>A table, an array of tables or a value, and what is defined in it.</summary>
internal sealed class TomlScope(TomlScopeKind kind)
{
    private readonly Dictionary<string, TomlScope> _members = new(StringComparer.Ordinal);

    internal TomlScopeKind Kind { get; private set; } = kind;

    /// <summary>The last element of an array of tables, which headers that name it mean.</summary>
    internal TomlScope? Last { get; set; }

    /// <summary>The member with that name; if there is none yet, one of that kind.</summary>
    internal TomlScope Member(string name, TomlScopeKind kind)
    {
        if (!_members.TryGetValue(name, out TomlScope? member))
        {
            _members[name] = member = new TomlScope(kind);
        }

        return member;
    }

    internal TomlScope Defined()
    {
        Kind = TomlScopeKind.Header;
        return this;
    }

    /// <summary>Defines a value; null if something has its name, or that of a table that its name would make.</summary>
    internal TomlScope? Define(IEnumerable<string> key)
    {
        TomlScope place = this;
        string? last = null;
        foreach (string part in key)
        {
            place = last is null ? place : place.Member(last, TomlScopeKind.DottedKey);
            last = part;
            if (place != this && place.Kind != TomlScopeKind.DottedKey)
            {
                return null;
            }
        }

        var value = new TomlScope(TomlScopeKind.Value);
        return place._members.TryAdd(last!, value) ? value : null;
    }
}
