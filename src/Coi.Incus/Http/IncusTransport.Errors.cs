using System.Net.Sockets;
using System.Net.WebSockets;

namespace Coi.Incus;

internal sealed partial class IncusTransport
{
    /// <summary>Translates what the HTTP stack throws into this library's exceptions; null leaves an exception as it is.</summary>
    public Exception? Convert(Exception error, Deadline deadline) => error switch
    {
        OperationCanceledException canceled => deadline.Translate(canceled),
        IncusUnavailableException or IncusException or IncusTimeoutException => null,
        HttpRequestException or HttpIOException or WebSocketException or SocketException or IOException => Unreachable(error),
        ObjectDisposedException => null,
        _ => null,
    };

    /// <summary>The reason that the connector found, else "does not answer".</summary>
    public IncusUnavailableException Unreachable(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is IncusUnavailableException known)
                return new IncusUnavailableException(known.Reason, known.SocketPath, error);
        }

        return new IncusUnavailableException(IncusUnavailableReason.NotAnswering, SocketPath, error);
    }
}
