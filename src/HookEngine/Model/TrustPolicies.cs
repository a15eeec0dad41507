using Linux;

namespace HookEngine.Model;

/// <summary>What <see cref="TrustPolicy"/> says of files.</summary>
internal static class TrustPolicies
{
    /// <summary>What is to be told of a file or directory: an error if it is not to be used. Null if there is nothing to tell.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="path">The file.</param>
    /// <param name="violation">What lets others than root change it; null if nothing does.</param>
    internal static Diagnostic? Evaluate(this TrustPolicy policy, FilePath path, string? violation)
    {
        Severity severity = policy == TrustPolicy.Enforce ? Severity.Error : Severity.Warning;
        return violation is null || policy == TrustPolicy.Off
            ? null
            : new Diagnostic(severity, path.ToString(), null, "is not to be trusted: " + violation);
    }
}
