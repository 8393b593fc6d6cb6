namespace Coi.Contracts;

/// <summary>Answer of <c>GET /v1/history</c>, which takes <c>workspace</c>, <c>container</c>, <c>session</c> (the beginning of an id), <c>since</c> and <c>until</c>.</summary>
/// <param name="Events">What happened, the oldest first.</param>
public sealed record History(IReadOnlyList<HistoryEvent> Events);

/// <summary>Something that happened, with the configuration that it happened under.</summary>
public sealed record HistoryEvent
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What, such as <c>launch_requested</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The same in a sentence, without a full stop.</summary>
    public required string Text { get; init; }

    /// <summary>Name of the container.</summary>
    public string? Container { get; init; }

    /// <summary>Slot number.</summary>
    public int? Slot { get; init; }

    /// <summary>Workspace on the host.</summary>
    public string? Workspace { get; init; }

    /// <summary>Id of the session.</summary>
    public string? SessionId { get; init; }

    /// <summary>Name of the tool.</summary>
    public string? Tool { get; init; }

    /// <summary>Image alias.</summary>
    public string? Image { get; init; }

    /// <summary>Network mode.</summary>
    public string? Network { get; init; }

    /// <summary>Whether the container is kept when it stops.</summary>
    public bool? Persistent { get; init; }

    /// <summary>Phase of the slot after it.</summary>
    public string? Phase { get; init; }

    /// <summary>Why a container stopped, such as <c>time_up</c>.</summary>
    public string? Cause { get; init; }

    /// <summary>Why something failed.</summary>
    public Problem? Problem { get; init; }

    /// <summary>Who asked for it.</summary>
    public HistoryRequester? By { get; init; }
}

/// <summary>Who asked for something.</summary>
/// <param name="Uid">The user.</param>
/// <param name="Pid">The process.</param>
/// <param name="Program">Name of its program.</param>
public sealed record HistoryRequester(int Uid, int Pid, string? Program = null);

/// <summary>How a container came into its present or last state: <c>GET /v1/containers/{name}/why</c>.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Now">What it is now, in a sentence.</param>
/// <param name="Events">What led there, since it was made.</param>
/// <param name="Problem">What keeps it from going on; null when nothing does.</param>
public sealed record Explanation(string Container, string Now, IReadOnlyList<HistoryEvent> Events, Problem? Problem = null);

/// <summary>
/// A line of <c>GET /v1/events</c>: first <see cref="State"/>, with <c>?follow=true</c> then any number of <see cref="Event"/>.
/// <see cref="Resync"/> ends a stream whose reader was too slow: what was left out is in the state of the next one.
/// </summary>
/// <param name="Type">One of the constants here.</param>
/// <param name="Containers">The containers that there are, in a line of type <see cref="State"/>.</param>
/// <param name="What">What happened, in a line of type <see cref="Event"/>.</param>
public sealed record FeedLine(string Type, IReadOnlyList<ContainerSummary>? Containers = null, HistoryEvent? What = null)
{
    /// <summary>The first line of a stream.</summary>
    public const string State = "state";

    /// <summary>Something happened.</summary>
    public const string Event = "event";

    /// <summary>The last line of a stream that left something out.</summary>
    public const string Resync = "resync";
}
