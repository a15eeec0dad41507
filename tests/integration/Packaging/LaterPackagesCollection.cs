namespace IntegrationTests.Packaging;

/// <summary>The tests that need packages of other builds, which take minutes: they begin first, and others go on meanwhile.</summary>
[CollectionDefinition(Name)]
public sealed class LaterPackagesCollection
{
    public const string Name = "packages of other builds";
}
