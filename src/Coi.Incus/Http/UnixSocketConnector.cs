using System.Net.Sockets;

namespace Coi.Incus;

/// <summary>Opens connections to the Unix socket, and says in Incus' terms why that fails.</summary>
internal sealed class UnixSocketConnector(string socketPath)
{
    public string SocketPath => socketPath;

    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new IncusUnavailableException(Classify(error), socketPath, error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // .NET turns ENOENT into "address not available" and does not keep the number; ENOTDIR has no code at all.
    private IncusUnavailableReason Classify(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AccessDenied => IncusUnavailableReason.PermissionDenied,
        SocketError.AddressNotAvailable => IncusUnavailableReason.NoSocket,
        SocketError.ConnectionRefused => IncusUnavailableReason.NotAnswering,
        _ => File.Exists(socketPath) ? IncusUnavailableReason.NotAnswering : IncusUnavailableReason.NoSocket,
    };
}
