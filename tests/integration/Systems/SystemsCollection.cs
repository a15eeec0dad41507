namespace IntegrationTests.Systems;

/// <summary>The collection of tests that share whole systems.</summary>
[CollectionDefinition(Name)]
public sealed class SystemsCollection : ICollectionFixture<DebianSystems>
{
    public const string Name = "systems";
}
