namespace Coi.Incus;

/// <summary>A snapshot of an instance.</summary>
public sealed record InstanceSnapshot
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When Incus deletes it by itself; year 1 means never.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>The body that makes a snapshot.</summary>
internal sealed record SnapshotPost
{
    public required string Name { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}
