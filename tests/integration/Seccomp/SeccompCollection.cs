using IntegrationTests.Fixture;
using IntegrationTests.Systems;

namespace IntegrationTests.Seccomp;

/// <summary>
/// The collection of tests of the recorder. They share a host and a root file system, and run in turn, because they check shared state.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SeccompCollection : ICollectionFixture<SeccompHost>
{
    public const string Name = "seccomp";
}

/// <summary>A host with a Debian that has redis, nginx and Python.</summary>
public sealed class SeccompHost : IAsyncLifetime
{
    internal PrivateHost Host { get; } = new();

    internal string RootFileSystem => Path.Combine(Host.Root, "rootfs");

    public async ValueTask InitializeAsync()
    {
        try
        {
            _ = Directory.CreateDirectory(RootFileSystem);
            var unpack = new ExternalProgram("tar", "-C", RootFileSystem, "--exclude=./dev/*", "-xf", SystemImage.Tar("services"));
            _ = (await unpack.RunAsync()).EnsureSuccess();
            _ = Executable.Copy(Probes.Caller, Path.Combine(RootFileSystem, "caller"));
            File.WriteAllText(Path.Combine(RootFileSystem, "talk.py"), Workloads.PythonProgram);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
