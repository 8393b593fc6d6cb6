using System.Net.Sockets;

namespace Coi.Incus;

/// <summary>
/// A connection whose other side may have closed already while there is still something to read from it. Incus pings each new
/// websocket and closes it as soon as a short command has ended; answering that ping then fails with a broken pipe, and
/// ManagedWebSocket gives up the connection for it, with the command's output unread in the socket's buffer (seen on .NET 10.0). So a
/// write to a closed connection is dropped, and the end is noticed where it matters: when there is nothing left to read.
/// </summary>
internal sealed class ReadToTheEndStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset })
        {
            // The other side has closed: see above.
        }
    }
}
