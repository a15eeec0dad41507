namespace IntegrationTests.Engines;

/// <summary>The collection of tests that share a dockerd.</summary>
[CollectionDefinition(Name)]
public sealed class DockerCollection : ICollectionFixture<DockerDaemon>
{
    public const string Name = "dockerd";
}
