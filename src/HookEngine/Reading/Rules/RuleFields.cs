namespace HookEngine.Reading.Rules;

/// <summary>The fields of a rule of format 1.0.0 or 0.1.0, and their names in that format.</summary>
internal sealed class RuleFields
{
    internal bool AnySuffices { get; init; }

    internal string StagesField { get; init; } = "stages";

    internal string AnnotationsField { get; init; } = "when.annotations";

    internal string CommandsField { get; init; } = "when.commands";

    internal string? Path { get; init; }

    internal List<string>? Args { get; init; }

    internal List<string>? Env { get; init; }

    internal long? Timeout { get; init; }

    internal List<string>? Stages { get; init; }

    internal bool? Always { get; init; }

    internal bool? HasBindMounts { get; init; }

    internal IReadOnlyList<KeyValuePair<string, string>>? Annotations { get; init; }

    internal List<string>? Commands { get; init; }
}
