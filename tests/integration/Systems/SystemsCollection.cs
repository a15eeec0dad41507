namespace IntegrationTests.Systems;

/// <summary>The tests in whole systems share these.</summary>
[CollectionDefinition(Name)]
public sealed class SystemsCollection : ICollectionFixture<DebianSystems>
{
    public const string Name = "systems";
}
