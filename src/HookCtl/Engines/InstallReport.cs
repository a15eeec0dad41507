using System.Text.Json.Serialization;
using HookCtl.Files;

namespace HookCtl.Engines;

/// <summary>What <c>hookctl install</c> and <c>uninstall</c> tell.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Name">The runtime's name in it.</param>
/// <param name="Outcome">What was done.</param>
/// <param name="Files">The files that were changed, or would be.</param>
/// <param name="Notes">What else is to be known, and what to do next.</param>
/// <param name="UsedBy">The containers that stand in the way of an uninstall.</param>
/// <param name="Problem">What went wrong although the files were changed; null if nothing.</param>
internal sealed record InstallReport(
    string Engine,
    string Name,
    InstallOutcome Outcome,
    IReadOnlyList<ChangedFile> Files,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> UsedBy,
    string? Problem);

/// <summary>What was done.</summary>
internal enum InstallOutcome
{
    /// <summary>The runtime is registered now.</summary>
    Installed,

    /// <summary>It was registered before.</summary>
    AlreadyInstalled,

    /// <summary>It is registered no more.</summary>
    Uninstalled,

    /// <summary>It was not registered.</summary>
    NotInstalled,

    /// <summary>Nothing was written, as asked.</summary>
    DryRun,

    /// <summary>Containers use it.</summary>
    InUse,
}

/// <summary>Writes it as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(InstallReport))]
internal sealed partial class InstallJson : JsonSerializerContext;
