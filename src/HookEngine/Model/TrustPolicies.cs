using Linux;

namespace HookEngine.Model;

/// <summary>Applies a <see cref="TrustPolicy"/> to files.</summary>
internal static class TrustPolicies
{
    /// <summary>Returns the diagnostic for a file or directory: an error if it must not be used; null if nothing is wrong.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="path">The file.</param>
    /// <param name="violation">What lets users other than root change the file; null if nothing does.</param>
    internal static Diagnostic? Evaluate(this TrustPolicy policy, FilePath path, string? violation)
    {
        Severity severity = policy == TrustPolicy.Enforce ? Severity.Error : Severity.Warning;
        return violation is null || policy == TrustPolicy.Off
            ? null
            : new Diagnostic(severity, path.ToString(), null, "is not to be trusted: " + violation);
    }
}
