using IntegrationTests.Engines;
using IntegrationTests.Packaging;
using IntegrationTests.Systems;
using Xunit.Sdk;
using Xunit.v3;

[assembly: Parallelization(MaxThreads = 5)]
[assembly: TestCollectionOrderer(typeof(IntegrationTests.Fixture.LongestFirst))]

namespace IntegrationTests.Fixture;

/// <summary>Orders the collections that take longest first, so that none of them runs alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] s_first =
    [
        SystemsCollection.Name, UpgradeTests.CollectionName, PackagesCollection.Name, DockerCollection.Name, LowLevelCollection.Name,
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => (uint)Array.IndexOf(s_first, collection.TestCollectionDisplayName))];
}
