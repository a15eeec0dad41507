using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>The collection of tests with runc and crun that share a host and a root file system.</summary>
[CollectionDefinition(Name)]
public sealed class LowLevelCollection : ICollectionFixture<LowLevelHost>
{
    public const string Name = "runc and crun";
}

/// <summary>A host with a root file system for containers.</summary>
public sealed class LowLevelHost : IAsyncLifetime
{
    internal PrivateHost Host { get; } = new();

    internal string RootFileSystem => Path.Combine(Host.Root, "rootfs");

    public async ValueTask InitializeAsync() => _ = await BusyboxImage.MakeRootFileSystemAsync(RootFileSystem);

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
