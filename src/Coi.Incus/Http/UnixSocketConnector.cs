using System.Net.Sockets;

namespace Coi.Incus;

/// <summary>Opens connections to the Unix socket, and says in Incus' terms why that fails.</summary>
internal sealed class UnixSocketConnector(string socketPath)
{
    public string SocketPath => socketPath;

    /// <summary>A connection for requests; opened when there is something to send, see <see cref="LateConnection"/>.</summary>
    public Stream Connection() => new LateConnection(async token => new NetworkStream(await ConnectSocketAsync(token), ownsSocket: true));

    /// <summary>A connection for a websocket; see <see cref="ReadToTheEndStream"/>.</summary>
    public Stream WebSocketConnection() => new LateConnection(async token => new ReadToTheEndStream(await ConnectSocketAsync(token)));

    private async ValueTask<Socket> ConnectSocketAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new IncusUnavailableException(Classify(error, socketPath), socketPath, error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // .NET turns ENOENT into "address not available" and does not keep the number; ENOTDIR has no code at all.
    internal static IncusUnavailableReason Classify(SocketException error, string socketPath) => error.SocketErrorCode switch
    {
        SocketError.AccessDenied => IncusUnavailableReason.PermissionDenied,
        SocketError.AddressNotAvailable => IncusUnavailableReason.NoSocket,
        SocketError.ConnectionRefused => IncusUnavailableReason.NotAnswering,
        _ => File.Exists(socketPath) ? IncusUnavailableReason.NotAnswering : IncusUnavailableReason.NoSocket,
    };
}
