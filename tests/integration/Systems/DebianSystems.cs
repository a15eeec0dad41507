using IntegrationTests.Engines;

namespace IntegrationTests.Systems;

/// <summary>The systems of all suites, in one dockerd. Each starts on first use.</summary>
public sealed class DebianSystems : IAsyncDisposable
{
    private readonly Dictionary<string, Task<DebianSystem>> _systems = [];
    private Task<DockerDaemon>? _outer;

    /// <summary>Returns a suite's system. A failed start is not retried: each test that needs the system gets the error.</summary>
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
