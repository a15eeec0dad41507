using IntegrationTests.Engines;

namespace IntegrationTests.Systems;

/// <summary>Systems of all suites, started when they are first asked for, in one dockerd.</summary>
public sealed class DebianSystems : IAsyncDisposable
{
    private readonly Dictionary<string, Task<DebianSystem>> _systems = [];
    private Task<DockerDaemon>? _outer;

    /// <summary>A suite's system. One that cannot be started is not tried again: each test that asks for it is told why.</summary>
    internal Task<DebianSystem> StartAsync(string suite)
    {
        if (!_systems.TryGetValue(suite, out Task<DebianSystem>? system))
        {
            _systems[suite] = system = StartSystemAsync(suite);
        }

        return system;
    }

    public async ValueTask DisposeAsync()
    {
        if (_outer is { IsCompletedSuccessfully: true })
        {
            await (await _outer).DisposeAsync();
        }
    }

    private async Task<DebianSystem> StartSystemAsync(string suite) => await DebianSystem.StartAsync(await (_outer ??= StartOuterAsync()), suite);

    private static async Task<DockerDaemon> StartOuterAsync()
    {
        var daemon = new DockerDaemon();
        await daemon.InitializeAsync();
        return daemon;
    }
}
