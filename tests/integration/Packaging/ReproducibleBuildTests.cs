using System.Security.Cryptography;

namespace IntegrationTests.Packaging;

/// <summary>Two builds of the same files, in directories of different names, at different times.</summary>
[Collection(OtherBuildsCollection.Name)]
[Trait("Needs", "minutes")]
public sealed class ReproducibleBuildTests
{
    [Fact]
    public void Two_builds_give_the_same_bytes()
    {
        string[] first = Digests(BuiltPackages.Here);

        Assert.Equal(4, first.Length);
        Assert.Equal(first, Digests(BuiltPackages.Elsewhere));
    }

    private static string[] Digests(string directory) =>
        [.. Directory.GetFiles(directory, "ocihooks*.deb").Concat(Directory.GetFiles(directory, "ocihooks*.rpm"))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetFileName(file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}")];
}
