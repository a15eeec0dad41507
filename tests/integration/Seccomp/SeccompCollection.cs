using IntegrationTests.Fixture;
using IntegrationTests.Systems;

namespace IntegrationTests.Seccomp;

/// <summary>The tests of the recorder share a host and a root file system, and take turns: they look at what it shares.</summary>
[CollectionDefinition(Name)]
public sealed class SeccompCollection : ICollectionFixture<SeccompHost>
{
    public const string Name = "seccomp";
}

/// <summary>A host with a Debian in which there are redis, nginx and Python.</summary>
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
