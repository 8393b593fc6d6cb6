using System.Net.WebSockets;

namespace Coi.Incus;

/// <summary>
/// One websocket of a command. Data are binary frames; the end of a stream is an empty text frame, after which the
/// socket itself stays open (https://github.com/lxc/incus, shared/ws: "barrier message").
/// </summary>
internal sealed class ExecSocket(ClientWebSocket socket) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1, 1);
    private bool _endReceived;

    /// <summary>The stream ended in good order, so nothing of it was lost.</summary>
    public bool EndedWell { get; private set; }

    /// <summary>
    /// The next message as a whole, or as much of it as the buffer takes; 0 at the end of the stream, however it ended (see
    /// <see cref="EndedWell"/>). A message of Incus is what one read of the command's pipe returned.
    /// </summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_endReceived || buffer.IsEmpty) return 0;
        var count = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer[count..], cancellationToken);
                switch (part.MessageType)
                {
                    case WebSocketMessageType.Binary:
                        count += part.Count;
                        if (count == buffer.Length || (part.EndOfMessage && count > 0)) return count;
                        break;
                    default:
                        EndedWell = part.MessageType == WebSocketMessageType.Text
                            || socket.CloseStatus == WebSocketCloseStatus.NormalClosure;
                        _endReceived = true;
                        return 0;
                }
            }
        }
        catch (Exception error) when (IsBroken(error) && !cancellationToken.IsCancellationRequested)
        {
            _endReceived = true;
            return count;
        }
    }

    /// <summary>Sends bytes; false when the other side is gone.</summary>
    public ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        TrySendAsync(data, WebSocketMessageType.Binary, cancellationToken);

    /// <summary>Sends a control message; false when the other side is gone.</summary>
    public ValueTask<bool> TryWriteTextAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        TrySendAsync(json, WebSocketMessageType.Text, cancellationToken);

    /// <summary>Sends the end of the stream.</summary>
    public ValueTask<bool> TryEndAsync(CancellationToken cancellationToken) =>
        TrySendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Text, cancellationToken);

    /// <summary>Reads and drops what comes, so that Incus' keep-alive pings are answered; ends with the socket.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[256];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close) return;
            }
        }
        catch (Exception error) when (IsBroken(error) || error is OperationCanceledException)
        {
            // The command has ended, or the caller has: the operation says which.
        }
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask<bool> TrySendAsync(
        ReadOnlyMemory<byte> data, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(data, type, endOfMessage: true, cancellationToken);
            return true;
        }
        catch (Exception error) when (IsBroken(error) && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            _sending.Release();
        }
    }

    // A websocket that was aborted under a pending call shows it in one of several ways.
    private static bool IsBroken(Exception error) =>
        error is WebSocketException or ObjectDisposedException or InvalidOperationException or IOException or OperationCanceledException;
}
