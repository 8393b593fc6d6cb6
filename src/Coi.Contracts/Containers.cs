using System.Text.Json.Serialization;

namespace Coi.Contracts;

/// <summary>Answer of <c>GET /v1/list</c>.</summary>
/// <param name="Containers">Every container of this coi home that holds a session, by name.</param>
/// <param name="Sessions">Saved sessions, newest first; null unless asked for with <c>?all=true</c>.</param>
/// <param name="Launched">Containers that were launched by name (<c>coi container launch</c>): without slot, session, tool and workspace.</param>
public sealed record Listing(
    IReadOnlyList<ContainerSummary> Containers, IReadOnlyList<SessionSummary>? Sessions, IReadOnlyList<ContainerSummary>? Launched = null)
{
    /// <summary>Every container, by name.</summary>
    [JsonIgnore]
    public IReadOnlyList<ContainerSummary> All => [.. Containers.Concat(Launched ?? []).OrderBy(container => container.Name, StringComparer.Ordinal)];
}

/// <summary>A container of coi.</summary>
public sealed record ContainerSummary
{
    /// <summary>Name of the container.</summary>
    public required string Name { get; init; }

    /// <summary>Status in Incus' words: <c>Running</c>, <c>Stopped</c>, …; <c>Starting</c> while coi prepares it.</summary>
    public required string Status { get; init; }

    /// <summary>Phase of the slot's life cycle in coi's words, lower case.</summary>
    public required string Phase { get; init; }

    /// <summary>Whether the container is kept after it stops.</summary>
    public required bool Persistent { get; init; }

    /// <summary>Slot number.</summary>
    public required int Slot { get; init; }

    /// <summary>Workspace on the host.</summary>
    public required string Workspace { get; init; }

    /// <summary>Id of its session.</summary>
    public required string SessionId { get; init; }

    /// <summary>Name of its tool.</summary>
    public required string Tool { get; init; }

    /// <summary>Image alias that it was made from.</summary>
    public required string Image { get; init; }

    /// <summary>IPv4 address on eth0; empty when it is not running.</summary>
    public required string Ipv4 { get; init; }

    /// <summary>Network mode in force.</summary>
    public required string Network { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Why it failed, when it did.</summary>
    public string? Failure { get; init; }

    /// <summary>When the session's time is up; null when it has no limit.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Why it stopped last, such as <c>time_up</c>; null when it never did.</summary>
    public string? StopCause { get; init; }
}

/// <summary>A saved session.</summary>
public sealed record SessionSummary
{
    /// <summary>Id of the session.</summary>
    public required string Id { get; init; }

    /// <summary>When it was last saved, as written in its metadata.</summary>
    public required string SavedAt { get; init; }

    /// <summary>Workspace on the host; empty when the metadata does not say.</summary>
    public required string Workspace { get; init; }

    /// <summary>Tool whose conversation it is.</summary>
    public required string Tool { get; init; }

    /// <summary>Name of the container that holds it now; null when no container does.</summary>
    public string? LiveIn { get; init; }
}

/// <summary>Stops containers: <c>POST /v1/containers/shutdown</c> and <c>POST /v1/containers/kill</c>; the stream's result is <see cref="EndedContainers"/>.</summary>
public sealed record EndContainersRequest
{
    /// <summary>Names of the containers; ignored with <see cref="All"/>.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Every container of this coi home.</summary>
    public bool All { get; init; }

    /// <summary>Seconds to wait for a clean stop before forcing it; only for shutdown.</summary>
    public int TimeoutSeconds { get; init; } = 60;
}

/// <summary>What became of each container that was to be ended.</summary>
/// <param name="Ended">Names of those that are stopped and settled.</param>
/// <param name="Failed">Those that are not, each with the reason.</param>
public sealed record EndedContainers(IReadOnlyList<string> Ended, IReadOnlyList<FailedContainer> Failed);

/// <summary>A container that could not be ended.</summary>
/// <param name="Name">Name of the container.</param>
/// <param name="Problem">Why.</param>
public sealed record FailedContainer(string Name, Problem Problem);
