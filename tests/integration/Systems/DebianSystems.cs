using System.Collections.Concurrent;
using IntegrationTests.Engines;

namespace IntegrationTests.Systems;

/// <summary>Systems of all suites, started when they are first asked for, in one dockerd.</summary>
public sealed class DebianSystems : IDisposable
{
    private readonly Lazy<DockerDaemon> _outer = new(() => new DockerDaemon());
    private readonly ConcurrentDictionary<string, DebianSystem> _systems = new();

    internal DebianSystem this[string suite] => _systems.GetOrAdd(suite, name => new DebianSystem(_outer.Value, name));

    public void Dispose()
    {
        if (_outer.IsValueCreated)
        {
            _outer.Value.Dispose();
        }
    }
}
