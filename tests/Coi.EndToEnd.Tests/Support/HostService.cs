using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>A service of this machine at one address and port, TCP and UDP, which keeps what it is told.</summary>
internal sealed class HostService : IDisposable
{
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _tcp;
    private readonly ConcurrentQueue<string> _heard = new();

    private HostService(string address, int port)
    {
        // Incus' resolvers bind the same ports at other addresses.
        _udp.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _udp.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        _tcp = new TcpListener((IPEndPoint)_udp.LocalEndPoint!);
        _tcp.Start();
        EndPoint = (IPEndPoint)_udp.LocalEndPoint!;
        _ = DatagramsAsync();
        _ = ConnectionsAsync();
    }

    /// <summary>Where it is.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>What it was told: datagrams, and that somebody connected.</summary>
    public IReadOnlyList<string> Heard => [.. _heard];

    /// <summary>Starts one.</summary>
    /// <param name="address">An address of this machine.</param>
    /// <param name="port">A port; 0 takes a free one.</param>
    public static HostService Start(string address, int port = 0) => new(address, port);

    /// <inheritdoc />
    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    private async Task DatagramsAsync()
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var received = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                _heard.Enqueue(Encoding.ASCII.GetString(buffer, 0, received.ReceivedBytes));
                await _udp.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test has ended.
        }
    }

    private async Task ConnectionsAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync();
                _heard.Enqueue($"connected from {client.Client.RemoteEndPoint}");
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test has ended.
        }
    }
}
