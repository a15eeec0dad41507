using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>The tests with runc and crun share a host and a root file system.</summary>
[CollectionDefinition(Name)]
public sealed class LowLevelCollection : ICollectionFixture<LowLevelHost>
{
    public const string Name = "runc and crun";
}

/// <summary>A host with a root file system for containers.</summary>
public sealed class LowLevelHost : IDisposable
{
    public LowLevelHost() => RootFileSystem = BusyboxImage.MakeRootFileSystem(Path.Combine(Host.Root, "rootfs"));

    internal PrivateHost Host { get; } = new();

    internal string RootFileSystem { get; }

    public void Dispose() => Host.Dispose();
}
