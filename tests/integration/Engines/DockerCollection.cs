namespace IntegrationTests.Engines;

/// <summary>The tests with Docker share a daemon.</summary>
[CollectionDefinition(Name)]
public sealed class DockerCollection : ICollectionFixture<DockerDaemon>
{
    public const string Name = "dockerd";
}
