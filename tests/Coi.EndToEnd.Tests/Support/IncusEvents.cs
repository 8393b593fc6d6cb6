using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>Something that happened in Incus.</summary>
/// <param name="Action">Such as <c>instance-started</c>.</param>
/// <param name="Source">Path of what it happened to.</param>
/// <param name="At">When, by Incus' clock.</param>
internal sealed record IncusHappening(string Action, string Source, DateTimeOffset At);

/// <summary>Incus' own record of what happened, in order.</summary>
internal sealed class IncusEvents : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentQueue<IncusHappening> _happenings = new();
    private Task _reading = Task.CompletedTask;

    private IncusEvents()
    {
    }

    /// <summary>Begins to record.</summary>
    public static async Task<IncusEvents> RecordAsync()
    {
        var events = new IncusEvents();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(IncusView.SocketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await events._socket.ConnectAsync(new Uri("ws://incus/1.0/events?type=lifecycle"), invoker, deadline.Token);
        events._reading = events.ReadAsync();
        return events;
    }

    /// <summary>What happened to a container and to its network, in order.</summary>
    public IReadOnlyList<IncusHappening> Of(string container, string? bridge) => [.. _happenings
        .Where(h => h.Source is var s && (s == $"/1.0/instances/{container}" || s == $"/1.0/network-acls/{container}" || s == $"/1.0/networks/{bridge}"))];

    /// <summary>Waits until something has happened to a container or its network.</summary>
    public async Task<IncusHappening> HappenedAsync(string container, string? bridge, string action, int seconds = 30)
    {
        await Eventually.IsTrueAsync(
            $"waiting for {action} of {container}", TimeSpan.FromSeconds(seconds),
            () => Task.FromResult(Of(container, bridge).Any(h => h.Action == action)),
            () => string.Join('\n', Of(container, bridge)));
        return Of(container, bridge).Last(h => h.Action == action);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _reading;
        _socket.Dispose();
        _over.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer, _over.Token);
                if (part.MessageType == WebSocketMessageType.Close) return;
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                if (JsonNode.Parse(message.ToArray()) is { } json && (string?)json["metadata"]?["action"] is { } action)
                {
                    // The project is told as a query: /1.0/networks/x?project=default
                    var source = ((string?)json["metadata"]?["source"] ?? "").Split('?')[0];
                    _happenings.Enqueue(new IncusHappening(action, source, (DateTimeOffset?)json["timestamp"] ?? default));
                }

                message.SetLength(0);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The recording is over.
        }
    }
}
