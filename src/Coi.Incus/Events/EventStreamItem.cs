namespace Coi.Incus;

/// <summary>
/// What <see cref="EventsApi.FollowAsync"/> yields: <see cref="Connected"/>, <see cref="EventReceived"/> or
/// <see cref="Disconnected"/>. Use pattern matching.
/// </summary>
public abstract record EventStreamItem
{
    private EventStreamItem()
    {
    }

    /// <summary>The socket is open; what happened before it opened may have been missed, so look at Incus now.</summary>
    public sealed record Connected : EventStreamItem;

    /// <summary>One event.</summary>
    /// <param name="Event">The event.</param>
    public sealed record EventReceived(IncusEvent Event) : EventStreamItem;

    /// <summary>The socket closed or could not be opened; another attempt follows.</summary>
    /// <param name="Reason">Why, for a person.</param>
    /// <param name="RetryIn">How long until the next attempt.</param>
    public sealed record Disconnected(string Reason, TimeSpan RetryIn) : EventStreamItem;
}
