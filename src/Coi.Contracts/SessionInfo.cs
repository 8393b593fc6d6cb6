namespace Coi.Contracts;

/// <summary>
/// One saved session: <c>GET /v1/session?workspace=PATH</c> for the newest of a workspace, <c>GET /v1/session?id=ID</c> for the one whose
/// id begins so, of whatever workspace.
/// </summary>
public sealed record SessionInfo
{
    /// <summary>Id of the session.</summary>
    public required string Id { get; init; }

    /// <summary>Tool whose conversation it is.</summary>
    public required string Tool { get; init; }

    /// <summary>Workspace on the host; empty when the metadata does not say.</summary>
    public required string Workspace { get; init; }

    /// <summary>Name of the container that holds or held it; empty when the metadata does not say.</summary>
    public required string Container { get; init; }

    /// <summary>Whether that container is kept after it stops.</summary>
    public required bool Persistent { get; init; }

    /// <summary>When it was last saved, as written in its metadata.</summary>
    public required string SavedAt { get; init; }

    /// <summary>Directory of the session on the host.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it holds a conversation that can be resumed.</summary>
    public required bool HasConversation { get; init; }

    /// <summary>Size of the tool's state in bytes.</summary>
    public required long DataBytes { get; init; }

    /// <summary>Slot that it ran in; null when the metadata does not say.</summary>
    public int? Slot { get; init; }

    /// <summary>Image alias of its container; null when the metadata does not say.</summary>
    public string? Image { get; init; }

    /// <summary>Network mode of its container; null when the metadata does not say.</summary>
    public string? Network { get; init; }

    /// <summary>Session that it is a copy of; null when it is not one.</summary>
    public string? ForkedFrom { get; init; }

    /// <summary>Name of the container that holds it now; null when no container does.</summary>
    public string? LiveIn { get; init; }

    /// <summary>What is wrong with its files; null when nothing is.</summary>
    public string? Warning { get; init; }
}
