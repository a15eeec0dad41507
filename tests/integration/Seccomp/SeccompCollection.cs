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
public sealed class SeccompHost : IDisposable
{
    public SeccompHost()
    {
        RootFileSystem = Directory.CreateDirectory(Path.Combine(Host.Root, "rootfs")).FullName;
        _ = new Command("tar", "-C", RootFileSystem, "--exclude=./dev/*", "-xf", SystemImage.Tar("services")).Run().EnsureSuccess();
        _ = Executable.Copy(Probes.Caller, Path.Combine(RootFileSystem, "caller"));
        File.WriteAllText(Path.Combine(RootFileSystem, "talk.py"), Workloads.PythonProgram);
    }

    internal PrivateHost Host { get; } = new();

    internal string RootFileSystem { get; }

    public void Dispose() => Host.Dispose();
}
