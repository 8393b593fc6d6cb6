using System.Net.WebSockets;

namespace Coi.Incus;

internal sealed partial class IncusTransport
{
    /// <summary>Opens a websocket on the same Unix socket.</summary>
    public async Task<ClientWebSocket> OpenWebSocketAsync(
        string action, string path, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(action, null, cancellationToken);
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new Uri($"ws://unix.socket{WithProject(path)}"), _webSockets, deadline.Token);
            return socket;
        }
        catch (WebSocketException error) when (socket.HttpStatusCode is not 0)
        {
            var code = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw new IncusException(action, code, $"Incus refused the websocket with status {code}", error);
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (Convert(error, deadline) is { } converted) throw converted;
            throw;
        }
    }
}
