namespace IntegrationTests.Packaging;

/// <summary>What needs another build takes minutes: it begins first, and others go on meanwhile.</summary>
[CollectionDefinition(Name)]
public sealed class OtherBuildsCollection
{
    public const string Name = "other builds";
}
