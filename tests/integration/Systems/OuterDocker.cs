using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using DotNet.Testcontainers.Configurations;
using IntegrationTests.Fixture;

namespace IntegrationTests.Systems;

/// <summary>
/// The dockerd of the test, as Testcontainers reaches it. Testcontainers' own configuration asks for a version of the API that an old Docker
/// does not know, and only the environment of the whole process can name another: here none is named, and the daemon speaks its newest.
/// </summary>
internal sealed class OuterDocker(string socket) : IDockerEndpointAuthenticationConfiguration
{
    public Version? Version => null;

    public Uri Endpoint { get; } = new($"unix://{socket}");

    public IAuthProvider? AuthProvider => null;

    public DockerClientBuilder GetDockerClientBuilder(Guid sessionId = default) =>
        new DockerClientBuilder().WithEndpoint(Endpoint).WithTimeout(TestTimeout.Limit);
}
