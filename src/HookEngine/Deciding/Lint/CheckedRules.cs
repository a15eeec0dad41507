using HookEngine.Model;

namespace HookEngine.Deciding.Lint;

/// <summary>What <see cref="RuleLint"/> found.</summary>
/// <param name="FileCount">How many files were looked at.</param>
/// <param name="AllRead">Whether every place that was named could be read, whatever stands there.</param>
/// <param name="Diagnostics">Everything found, by file in the order in which they were looked at, then by place.</param>
public sealed record CheckedRules(int FileCount, bool AllRead, IReadOnlyList<Diagnostic> Diagnostics);
