using IntegrationTests.Engines;
using IntegrationTests.Packaging;
using IntegrationTests.Systems;
using Xunit.Abstractions;

[assembly: CollectionBehavior(MaxParallelThreads = 5)]
[assembly: TestCollectionOrderer("IntegrationTests.Fixture.LongestFirst", "IntegrationTests")]

namespace IntegrationTests.Fixture;

/// <summary>Begins with the collections that take longest, so that none of them is left over at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] s_first =
    [
        SystemsCollection.Name, UpgradeTests.CollectionName, PackagesCollection.Name, DockerCollection.Name, LowLevelCollection.Name,
    ];

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => (uint)Array.IndexOf(s_first, collection.DisplayName));
}
