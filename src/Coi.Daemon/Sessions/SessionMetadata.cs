namespace Coi.Daemon.Sessions;

/// <summary>What <c>metadata.json</c> says about a session.</summary>
internal sealed record SessionMetadata
{
    /// <summary>Id of the session.</summary>
    public required string SessionId { get; init; }

    /// <summary>Name of the container that holds or held it.</summary>
    public required string ContainerName { get; init; }

    /// <summary>Whether that container is kept.</summary>
    public required bool Persistent { get; init; }

    /// <summary>Absolute path of the workspace on the host.</summary>
    public required string Workspace { get; init; }

    /// <summary>When it was saved.</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>Name of the tool.</summary>
    public string? Tool { get; init; }

    /// <summary>Slot that it ran in.</summary>
    public int? Slot { get; init; }

    /// <summary>Image alias of its container.</summary>
    public string? Image { get; init; }

    /// <summary>Network mode of its container.</summary>
    public string? Network { get; init; }

    /// <summary>Session that this one is a copy of.</summary>
    public string? ForkedFrom { get; init; }

    /// <summary>When the session began.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
