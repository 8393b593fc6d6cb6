using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;

namespace Coi.Incus;

/// <summary>One open event socket.</summary>
internal sealed class EventConnection(IncusTransport transport, ClientWebSocket socket) : IDisposable
{
    private const string Action = "listen to events";

    private readonly ArrayBufferWriter<byte> _message = new(16 * 1024);

    /// <summary>The next event, null when the server closed the socket in good order.</summary>
    public async Task<IncusEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        _message.ResetWrittenCount();
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(_message.GetMemory(8 * 1024), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                _message.Advance(part.Count);
                if (part.EndOfMessage) return Parse();
            }
        }
        catch (WebSocketException error)
        {
            throw transport.Unreachable(error);
        }
    }

    public void Dispose() => socket.Dispose();

    private IncusEvent Parse()
    {
        try
        {
            var received = JsonSerializer.Deserialize(_message.WrittenSpan, IncusJson.Default.IncusEvent)
                ?? throw new IncusException(Action, 200, "Incus sent an empty event");
            return received.Type != "lifecycle"
                ? received
                : received with { Lifecycle = received.Metadata.Deserialize(IncusJson.Default.LifecycleEvent) };
        }
        catch (JsonException error)
        {
            throw new IncusException(Action, 200, $"Incus sent an event that is not the JSON that was expected ({error.Message})", error);
        }
    }
}
