using Json;

namespace HookEngine.Reading.Bundles;

/// <summary>The positions of the hooks in the text of a config.json.</summary>
internal sealed class HooksLayout
{
    /// <summary>The range of the document. Its end is -1 if it is an object, to which members can be added.</summary>
    internal TextRange Document { get; set; }

    internal bool IsObject => Document.End < 0;

    /// <summary>The end of the document's last member; 0 if it has none.</summary>
    internal int LastMemberEnd { get; set; }

    /// <summary>The members named hooks. A file from an engine has at most one.</summary>
    internal List<HooksMember> Members { get; } = [];
}

/// <summary>A member of the document whose key is "hooks" in any case.</summary>
internal sealed class HooksMember(TextRange key, bool isExact, int previousEnd)
{
    internal TextRange Key { get; } = key;

    internal bool IsExact { get; } = isExact;

    /// <summary>The end of the previous member; 0 if this is the first.</summary>
    internal int PreviousEnd { get; } = previousEnd;

    internal TextRange Value { get; set; }

    internal bool IsNull { get; set; }

    internal List<StageMember> Stages { get; } = [];
}

/// <summary>A list of hooks.</summary>
/// <param name="FoldedName">The stage's name in lower case.</param>
/// <param name="Key">The range of the name, including the quotes.</param>
/// <param name="Value">The range of the list, including the brackets.</param>
/// <param name="IsNull">Whether the value is null instead of a list.</param>
/// <param name="Elements">The ranges of the hooks.</param>
internal sealed record StageMember(string FoldedName, TextRange Key, TextRange Value, bool IsNull, List<TextRange> Elements);
