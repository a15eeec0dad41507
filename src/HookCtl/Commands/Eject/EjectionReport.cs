using System.Text.Json.Serialization;
using HookCtl.Commands.Bundle;

namespace HookCtl.Commands.Eject;

/// <summary>What <c>hookctl eject</c> did.</summary>
/// <param name="Config">The configuration.</param>
/// <param name="Written">Whether it had to be written.</param>
/// <param name="Ejected">The hooks that were taken out.</param>
internal sealed record EjectionReport(string Config, bool Written, IReadOnlyList<HookReport> Ejected);

/// <summary>Writes it as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EjectionReport))]
internal sealed partial class EjectionJson : JsonSerializerContext;
