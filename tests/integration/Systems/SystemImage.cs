using IntegrationTests.Fixture;

namespace IntegrationTests.Systems;

/// <summary>The file systems that <c>make systems</c> has built, which are kept from run to run.</summary>
internal static class SystemImage
{
    public static string Tar(string suite) => Repository.Built($"cache/{suite}.tar", "make systems");

    /// <summary>Why there is none of a suite; null if there is one, or if it was not tried to build one.</summary>
    public static string? WhyMissing(string suite)
    {
        string reason = Path.Combine(Repository.Root, "out", "cache", suite + ".missing");
        return File.Exists(reason) ? File.ReadAllText(reason).Trim() : null;
    }
}
