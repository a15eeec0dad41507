using Json;

namespace HookEngine.Reading.Bundles;

/// <summary>Where hooks stand in the text of a config.json.</summary>
internal sealed class HooksLayout
{
    /// <summary>The document; its end is -1 if it is an object, which has members to insert after.</summary>
    internal TextRange Document { get; set; }

    internal bool IsObject => Document.End < 0;

    /// <summary>Where the last member of the document ends; 0 if it has none.</summary>
    internal int LastMemberEnd { get; set; }

    /// <summary>The members called hooks. A file that an engine wrote has one or none.</summary>
    internal List<HooksMember> Members { get; } = [];
}

/// <summary>A member of the document whose key is "hooks", or is so but for case.</summary>
internal sealed class HooksMember(TextRange key, bool isExact, int previousEnd)
{
    internal TextRange Key { get; } = key;

    internal bool IsExact { get; } = isExact;

    /// <summary>Where the member before it ends; 0 if it is the first.</summary>
    internal int PreviousEnd { get; } = previousEnd;

    internal TextRange Value { get; set; }

    internal bool IsNull { get; set; }

    internal List<StageMember> Stages { get; } = [];
}

/// <summary>A list of hooks.</summary>
/// <param name="FoldedName">The stage's name in lower case.</param>
/// <param name="Key">The name as it stands, quotes included.</param>
/// <param name="Value">The list, brackets included.</param>
/// <param name="IsNull">Whether it is null, not a list.</param>
/// <param name="Elements">Its hooks.</param>
internal sealed record StageMember(string FoldedName, TextRange Key, TextRange Value, bool IsNull, List<TextRange> Elements);
