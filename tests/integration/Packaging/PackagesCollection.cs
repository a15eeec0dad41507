namespace IntegrationTests.Packaging;

/// <summary>The tests of packages as they are built here go one after the other: each fills a system's worth of memory.</summary>
[CollectionDefinition(Name)]
public sealed class PackagesCollection
{
    public const string Name = "packages";
}
