using System.Net.Sockets;
using System.Net.WebSockets;

namespace Coi.Incus;

internal sealed partial class IncusTransport
{
    /// <summary>Translates what the HTTP stack throws into this library's exceptions; null leaves an exception as it is.</summary>
    public Exception? Convert(Exception error, Deadline deadline) => error switch
    {
        OperationCanceledException canceled => deadline.Translate(canceled),
        _ when FindSourceError(error) is { } own => own,
        IncusUnavailableException or IncusException or IncusTimeoutException => null,
        HttpRequestException or HttpIOException or WebSocketException or SocketException or IOException => Unreachable(error),
        _ => null,
    };

    /// <summary>What went wrong with a stream of the caller's, if that was it.</summary>
    private static Exception? FindSourceError(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            if (error is SourceException) return error.InnerException;
        return null;
    }

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
