using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using DotNet.Testcontainers.Configurations;
using IntegrationTests.Fixture;

namespace IntegrationTests.Systems;

/// <summary>
/// The test's dockerd as a Testcontainers endpoint. Testcontainers by default asks for an API version that an old Docker does not know,
/// and only the whole process's environment can change it. This endpoint names no version, so the daemon uses its newest.
/// </summary>
internal sealed class OuterDocker(string socket) : IDockerEndpointAuthenticationConfiguration
{
    public Version? Version => null;

    public Uri Endpoint { get; } = new($"unix://{socket}");

    public IAuthProvider? AuthProvider => null;

    public DockerClientBuilder GetDockerClientBuilder(Guid sessionId = default) =>
        new DockerClientBuilder().WithEndpoint(Endpoint).WithTimeout(TestTimeout.Limit);
}
