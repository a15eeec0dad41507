namespace IntegrationTests.Engines;

/// <summary>The tests with containerd share a daemon.</summary>
[CollectionDefinition(Name)]
public sealed class ContainerdCollection : ICollectionFixture<ContainerdDaemon>
{
    public const string Name = "containerd";
}
