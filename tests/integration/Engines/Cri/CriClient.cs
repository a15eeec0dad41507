using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Google.Protobuf;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines.Cri;

/// <summary>
/// Calls containerd's CRI plugin as the kubelet does: by gRPC on a Unix socket, with one request and one response message. See
/// PROTOCOL-HTTP2.md of the gRPC project.
/// </summary>
internal sealed class CriClient : IDisposable
{
    /// <summary>The length of a message's prefix: one byte says whether the message is compressed, the others are its length.</summary>
    private const int PrefixLength = 5;

    private readonly HttpClient _http;

    public CriClient(string socket) => _http = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
        Timeout = TestTimeout.Limit,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>Calls a method of the runtime service and returns its response.</summary>
    /// <exception cref="CriException">The plugin reported an error.</exception>
    public Task<T> CallAsync<T>(string method, IMessage request)
        where T : IMessage<T>, new() =>
        CallAsync<T>("RuntimeService", method, request);

    public Task CallAsync(string method, IMessage request) => CallAsync<Nothing>(method, request);

    public async Task<bool> HasImageAsync(string name)
    {
        var request = new ImageStatusRequest { Image = new ImageSpec { Image = name } };
        return (await CallAsync<ImageStatusResponse>("ImageService", "ImageStatus", request)).Image is not null;
    }

    /// <summary>Whether the plugin answers requests. It listens before it knows which pods exist.</summary>
    public async Task<bool> IsInitializedAsync()
    {
        try
        {
            _ = await HasImageAsync("any");
            return true;
        }
        catch (CriException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> CallAsync<T>(string service, string method, IMessage request)
        where T : IMessage<T>, new()
    {
        byte[] body = new byte[PrefixLength + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), body.Length - PrefixLength);
        request.ToByteArray().CopyTo(body, PrefixLength);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using HttpResponseMessage response = await _http.PostAsync(
            new Uri($"/runtime.v1.{service}/{method}", UriKind.Relative), content, TestContext.Current.CancellationToken);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        string status = Header(response, "grpc-status");
        return status == "0"
            ? new MessageParser<T>(() => new T()).ParseFrom(answer, PrefixLength, answer.Length - PrefixLength)
            : throw new CriException($"{method} failed with status {status}: {Uri.UnescapeDataString(Header(response, "grpc-message"))}");
    }

    /// <summary>Returns a status header. gRPC sends it with the headers if an error has no body, else after the body.</summary>
    private static string Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values) || response.Headers.TryGetValues(name, out values)
            ? values.Single()
            : "";
}

/// <summary>An error that the CRI plugin reported.</summary>
internal sealed class CriException(string message) : Exception(message);
