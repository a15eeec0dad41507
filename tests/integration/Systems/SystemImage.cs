using IntegrationTests.Fixture;

namespace IntegrationTests.Systems;

/// <summary>The file systems that <c>make systems</c> has built. They are kept between runs.</summary>
internal static class SystemImage
{
    public static string Tar(string suite) => Repository.Built($"cache/{suite}.tar", "make systems");

    /// <summary>Returns why a suite has no file system; null if it has one, or if nobody tried to build it.</summary>
    public static string? WhyMissing(string suite)
    {
        string reason = Path.Combine(Repository.Root, "out", "cache", suite + ".missing");
        return File.Exists(reason) ? File.ReadAllText(reason).Trim() : null;
    }
}
