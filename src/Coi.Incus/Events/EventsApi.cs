using System.Runtime.CompilerServices;

namespace Coi.Incus;

/// <summary>Incus' event socket.</summary>
public sealed class EventsApi
{
    private readonly IncusTransport _transport;

    internal EventsApi(IncusTransport transport) => _transport = transport;

    /// <summary>
    /// Events of one connection, in order; the sequence ends when Incus closes the socket and throws
    /// <see cref="IncusUnavailableException"/> when it breaks.
    /// </summary>
    public async IAsyncEnumerable<IncusEvent> ListenAsync(
        EventFilter types, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var connection = await ConnectAsync(types, cancellationToken);
        while (await connection.ReadAsync(cancellationToken) is { } received) yield return received;
    }

    /// <summary>
    /// Events for ever: reconnects with a growing pause and says so in between, so that the consumer can look at Incus
    /// anew after each <see cref="EventStreamItem.Connected"/>. Ends only by cancellation.
    /// </summary>
    public async IAsyncEnumerable<EventStreamItem> FollowAsync(
        EventFilter types, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var backOff = new BackOff();
        while (true)
        {
            var (connection, reason) = await TryAsync(() => ConnectAsync(types, cancellationToken));
            if (connection is not null)
            {
                using (connection)
                {
                    backOff.Reset();
                    yield return new EventStreamItem.Connected();
                    while (true)
                    {
                        (var received, reason) = await TryAsync(() => connection.ReadAsync(cancellationToken));
                        if (received is null) break;
                        yield return new EventStreamItem.EventReceived(received);
                    }
                }
            }

            var pause = backOff.Next();
            yield return new EventStreamItem.Disconnected(reason ?? "Incus closed the event socket", pause);
            // A pause between attempts to reach a server that is not there: nothing could announce its return.
            await Task.Delay(pause, _transport.Options.Time, cancellationToken);
        }
    }

    internal async Task<EventConnection> ConnectAsync(EventFilter types, CancellationToken cancellationToken)
    {
        var path = $"/1.0/events?type={Names(types)}";
        return new EventConnection(
            _transport, await _transport.OpenWebSocketAsync("listen to events", path, cancellationToken));
    }

    private static string Names(EventFilter types)
    {
        var names = new List<string>(3);
        if (types.HasFlag(EventFilter.Lifecycle)) names.Add("lifecycle");
        if (types.HasFlag(EventFilter.Operation)) names.Add("operation");
        if (types.HasFlag(EventFilter.Logging)) names.Add("logging");
        return names.Count > 0
            ? string.Join(',', names)
            : throw new ArgumentException("At least one kind of event is needed", nameof(types));
    }

    private static async Task<(T? Value, string? Reason)> TryAsync<T>(Func<Task<T>> attempt)
    {
        try
        {
            return (await attempt(), null);
        }
        catch (Exception error) when (error is IncusException or IncusUnavailableException or IncusTimeoutException)
        {
            return (default, error.Message);
        }
    }
}
