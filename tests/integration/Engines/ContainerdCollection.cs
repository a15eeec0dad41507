namespace IntegrationTests.Engines;

/// <summary>The collection of tests that share a containerd.</summary>
[CollectionDefinition(Name)]
public sealed class ContainerdCollection : ICollectionFixture<ContainerdDaemon>
{
    public const string Name = "containerd";
}
