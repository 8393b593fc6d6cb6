
namespace Coi.Daemon.Sessions;

/// <summary>A session as it lies on disk.</summary>
internal sealed record SavedSession
{
    /// <summary>Id of the session: the name of its directory.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the tool: what follows <c>sessions-</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>Path of its directory.</summary>
    public required string Directory { get; init; }

    /// <summary>When it was saved, as written; for one without metadata the directory's time.</summary>
    public required string SavedAt { get; init; }

    /// <summary>When it was saved, for sorting.</summary>
    public required DateTimeOffset SavedAtTime { get; init; }

    /// <summary>Its metadata; null when that is missing or unreadable.</summary>
    public required SessionMetadata? Metadata { get; init; }

    /// <summary>What is wrong with its files; null when nothing is.</summary>
    public string? Warning { get; init; }

    /// <summary>Name of the container that holds or held it; empty when that is not known.</summary>
    public string ContainerName => Metadata?.ContainerName ?? "";

    /// <summary>Workspace on the host; empty when that is not known.</summary>
    public string Workspace => Metadata?.Workspace ?? "";

    /// <summary>Whether its container is kept.</summary>
    public bool Persistent => Metadata?.Persistent ?? false;
}

/// <summary>Answer to the search for a session: <see cref="Found"/> or <see cref="Missing"/>.</summary>
internal abstract record SessionLookup
{
    private SessionLookup() { }

    /// <summary>This one.</summary>
    internal sealed record Found(SavedSession Session) : SessionLookup;

    /// <summary>None, and why.</summary>
    internal sealed record Missing(Failure Failure) : SessionLookup;
}
