using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Coi.Incus;

namespace Coi.Daemon.Tests.Images;

/// <summary>
/// A small storage pool, made for one test; the client has no call for it because coi never makes pools itself. It lies in memory: a loop device, which
/// other drivers need for a size of their own, is not to be had where the machine is a container.
/// </summary>
internal sealed class SmallPool : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coi-pool-").FullName;
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
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size},mode=0711", "coi-test", pool._directory);
        try
        {
            await pool.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/1.0/storage-pools")
            {
                Content = JsonContent.Create(new { name, driver = "dir", config = new Dictionary<string, string> { ["source"] = pool._directory } }),
            });
        }
        catch
        {
            await pool.UnmountAsync();
            throw;
        }

        return pool;
    }

    public async ValueTask DisposeAsync()
    {
        await SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/1.0/storage-pools/{Name}"));
        await UnmountAsync();
    }

    private async Task UnmountAsync()
    {
        _http.Dispose();
        await RunAsync("umount", _directory);
        Directory.Delete(_directory);
    }

    private static async Task RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
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
