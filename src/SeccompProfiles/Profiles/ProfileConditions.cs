using System.Text.Json;
using SeccompProfiles.Calls;

namespace SeccompProfiles.Profiles;

/// <summary>The container for which the conditions in Docker's profile format are evaluated.</summary>
/// <param name="Native">The machine's native ABI.</param>
/// <param name="Kernel">The kernel's version.</param>
/// <param name="Capabilities">The container's capabilities, such as <c>CAP_SYS_ADMIN</c>.</param>
public sealed record ProfileConditions(CallAbi Native, Version Kernel, IReadOnlyList<string> Capabilities)
{
    /// <summary>A container on this machine without any of the capabilities that profiles ask for.</summary>
    public static ProfileConditions ThisMachine { get; } = new(CallAbis.Native, Environment.OSVersion.Version, []);

    internal string SeccompArchitecture => Native.SeccompName();

    /// <summary>The native architecture, by its name in Go.</summary>
    private string GoArchitecture => Native == CallAbi.Arm64 ? "arm64" : "amd64";

    /// <summary>Whether a rule applies to the container.</summary>
    internal bool Include(JsonElement rule) =>
        (!Object(rule, "includes", out JsonElement includes) || HoldsAll(includes))
        && (!Object(rule, "excludes", out JsonElement excludes) || !HoldsAny(excludes));

    private static bool Object(JsonElement rule, string name, out JsonElement value) =>
        rule.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;

    private bool HoldsAll(JsonElement filter) =>
        ProfileReader.Strings(filter, "caps").All(Capabilities.Contains)
        && (!ProfileReader.Strings(filter, "arches").Any() || ProfileReader.Strings(filter, "arches").Contains(GoArchitecture))
        && (MinimalKernel(filter) is not { } minimal || Kernel >= minimal);

    private bool HoldsAny(JsonElement filter) =>
        ProfileReader.Strings(filter, "caps").Any(Capabilities.Contains)
        || ProfileReader.Strings(filter, "arches").Contains(GoArchitecture)
        || (MinimalKernel(filter) is { } minimal && Kernel >= minimal);

    private static Version? MinimalKernel(JsonElement filter) =>
        filter.TryGetProperty("minKernel", out JsonElement text) && text.GetString() is { Length: > 0 } version
            ? Version.TryParse(version, out Version? minimal) ? minimal : throw new FormatException($"minKernel is \"{version}\", not a version such as 4.8")
            : null;
}
