using IntegrationTests.Systems;

namespace IntegrationTests.Packaging;

/// <summary>The tests of packages share what is built, which takes minutes and both processors: nothing else runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PackagesCollection : ICollectionFixture<BuiltPackages>, ICollectionFixture<DebianSystems>
{
    public const string Name = "packages";
}
