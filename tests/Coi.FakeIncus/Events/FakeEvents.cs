using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Coi.FakeIncus;

/// <summary>Sends events to whoever listens.</summary>
internal sealed class FakeEvents(TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, (string[] Types, Channel<byte[]> Queue)> _listeners = new();

    public int Count => _listeners.Count;

    /// <summary>Says what became of an object.</summary>
    public void Lifecycle(string action, string source, JsonNode? context = null, bool requested = true) =>
        Publish("lifecycle", new JsonObject
        {
            ["action"] = action,
            ["source"] = source,
            ["context"] = context,
            ["requestor"] = requested
                ? new JsonObject { ["username"] = "root", ["protocol"] = "unix", ["address"] = "@" }
                : null,
            ["name"] = source.Split('/')[^1],
            ["project"] = "default",
        });

    public void Publish(string type, JsonObject metadata)
    {
        var message = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["location"] = "none",
            ["metadata"] = metadata,
            ["project"] = "default",
            ["timestamp"] = time.GetUtcNow().ToString("O"),
            ["type"] = type,
        }.ToJsonString());
        foreach (var (types, queue) in _listeners.Values)
            if (types.Contains(type)) queue.Writer.TryWrite(message);
    }

    public async Task ServeAsync(FakeCall call)
    {
        var types = call.Query("type") is { Length: > 0 } wanted ? wanted.Split(',') : ["lifecycle", "operation", "logging"];
        foreach (var type in types)
            if (type is not ("lifecycle" or "operation" or "logging")) throw new FakeIncusError(400, $"\"{type}\" isn't a supported event type");
        if (!call.Context.WebSockets.IsWebSocketRequest) throw new FakeIncusError(400, "Bad Request");

        // Listening begins before the handshake is answered, so that no event after it is missed.
        var id = Guid.NewGuid();
        var queue = Channel.CreateUnbounded<byte[]>();
        _listeners[id] = (types, queue);
        try
        {
            using var socket = await call.Context.WebSockets.AcceptWebSocketAsync();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Ended);
            var closed = WaitForCloseAsync(socket, ended);
            await foreach (var message in queue.Reader.ReadAllAsync(ended.Token))
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, ended.Token);
            await closed;
        }
        catch (WebSocketException)
        {
            // The listener is gone.
        }
        finally
        {
            _listeners.TryRemove(id, out _);
        }
    }

    private static async Task WaitForCloseAsync(WebSocket socket, CancellationTokenSource ended)
    {
        var buffer = new byte[64];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), ended.Token)).MessageType != WebSocketMessageType.Close)
            {
            }

            await ended.CancelAsync();
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Gone without a word.
        }
    }
}
