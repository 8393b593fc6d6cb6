using System.Net;
using System.Net.Sockets;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>A port of this machine that takes connections on every address.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Any, 0);

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Begins to listen; the kernel takes connections by itself.</summary>
    public static Task<LocalServer> StartAsync()
    {
        var server = new LocalServer();
        server._listener.Start();
        return Task.FromResult(server);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }
}
