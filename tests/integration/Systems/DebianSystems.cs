using System.Collections.Concurrent;
using IntegrationTests.Engines;

namespace IntegrationTests.Systems;

/// <summary>Systems of all suites, started when they are first asked for, in one dockerd.</summary>
public sealed class DebianSystems : IAsyncDisposable
{
    private readonly Lazy<DockerDaemon> _outer = new(Start);
    private readonly ConcurrentDictionary<string, DebianSystem> _systems = new();

    internal DebianSystem this[string suite] => _systems.GetOrAdd(suite, name => new DebianSystem(_outer.Value, name));

    public async ValueTask DisposeAsync()
    {
        if (_outer.IsValueCreated)
        {
            await _outer.Value.DisposeAsync();
        }
    }

    private static DockerDaemon Start()
    {
        var daemon = new DockerDaemon();
        daemon.InitializeAsync().AsTask().GetAwaiter().GetResult();
        return daemon;
    }
}
