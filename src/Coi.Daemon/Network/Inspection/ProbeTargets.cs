using System.Net;
using System.Net.Sockets;

namespace Coi.Daemon.Network.Inspection;

/// <summary>Servers on this machine's own addresses, so that a test has somewhere to send to: what reaches them has got through.</summary>
internal sealed class ProbeTargets : IDisposable
{
    private readonly List<Socket> _sockets = [];

    /// <summary>Listens for connections on an address.</summary>
    /// <returns>The port; null when the address cannot be listened on.</returns>
    public int? ListenTcp(string address)
    {
        if (Bind(address, SocketType.Stream, ProtocolType.Tcp) is not { } socket) return null;
        // The kernel accepts; nobody has to.
        socket.Listen(8);
        return Port(socket);
    }

    /// <summary>Answers datagrams on an address as a resolver would that knows nothing.</summary>
    /// <returns>The port; null when the address cannot be listened on.</returns>
    public int? AnswerUdp(string address)
    {
        if (Bind(address, SocketType.Dgram, ProtocolType.Udp) is not { } socket) return null;
        _ = AnswerAsync(socket);
        return Port(socket);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    private static async Task AnswerAsync(Socket socket)
    {
        var buffer = new byte[512];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)).ConfigureAwait(false);
                if (received.ReceivedBytes < 3) continue;
                buffer[2] |= 0x80; // an answer
                await socket.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint).ConfigureAwait(false);
            }
        }
        catch (Exception ex) when (ex is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private Socket? Bind(string address, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            _sockets.Add(socket);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static int Port(Socket socket) => (socket.LocalEndPoint as IPEndPoint)?.Port ?? throw new InvalidOperationException("a bound socket has no port");
}
