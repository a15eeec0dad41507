namespace IntegrationTests.Packaging;

/// <summary>The collection of tests of built packages. They run one after the other: each needs memory for a whole system.</summary>
[CollectionDefinition(Name)]
public sealed class PackagesCollection
{
    public const string Name = "packages";
}
