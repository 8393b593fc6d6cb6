using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Coi.Incus;

namespace Coi.Daemon.Tests.Images;

/// <summary>A small storage pool on a loop file, made for one test; the client has no call for it because coi never makes pools itself.</summary>
internal sealed class SmallPool : IAsyncDisposable
{
    private readonly HttpClient _http;

    private SmallPool(string name) => (Name, _http) = (name, new HttpClient(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.Zero, // none that says nothing: see LateConnection
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(IncusSocket.Discover() ?? "/var/lib/incus/unix.socket"), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://incus") });

    public string Name { get; }

    public static async Task<SmallPool> CreateAsync(string name, string size)
    {
        var pool = new SmallPool(name);
        await pool.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/1.0/storage-pools")
        {
            Content = JsonContent.Create(new { name, driver = "btrfs", config = new Dictionary<string, string> { ["size"] = size } }),
        });
        return pool;
    }

    public async ValueTask DisposeAsync()
    {
        await SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/1.0/storage-pools/{Name}"));
        _http.Dispose();
    }

    private async Task SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            if (answer.GetProperty("type").GetString() == "error") throw new InvalidOperationException(answer.GetProperty("error").GetString());
        }
    }
}
