using System.Text.Json.Serialization;
using HookCtl.Commands.Bundle;
using HookEngine.Reading.Rules;

namespace HookCtl.Commands.Inject;

/// <summary>What <c>hookctl inject</c> did.</summary>
/// <param name="Config">The configuration.</param>
/// <param name="Written">Whether it had to be written: it may have been so already.</param>
/// <param name="Precreate">The programs of precreate that were run.</param>
/// <param name="Injected">The hooks it has now.</param>
/// <param name="Edits">What was edited besides.</param>
/// <param name="Replaced">The hooks of an earlier inject, which these took the place of.</param>
/// <param name="Skipped">Rules that were left out.</param>
internal sealed record InjectionReport(
    string Config,
    bool Written,
    IReadOnlyList<HookReport> Precreate,
    IReadOnlyList<HookReport> Injected,
    IReadOnlyList<EditReport> Edits,
    IReadOnlyList<HookReport> Replaced,
    IReadOnlyList<string> Skipped)
{
    internal static List<string> SkippedOf(RuleSet rules) =>
        [.. rules.Skipped.Select(rule => $"{rule.File}: its hook {rule.HookPath} does not exist")];
}

/// <summary>Writes it as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InjectionReport))]
internal sealed partial class InjectionJson : JsonSerializerContext;
