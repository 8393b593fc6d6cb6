using Coi.Domain.Slots;
using Coi.Domain.Tools;

namespace Coi.Daemon.Sessions;

/// <summary>What is needed to make a session's directories ready for a container.</summary>
internal sealed record SessionPreparation
{
    /// <summary>The tool.</summary>
    public required ToolDefinition Tool { get; init; }

    /// <summary>Id of the session, new or resumed.</summary>
    public required string SessionId { get; init; }

    /// <summary>The user's home on the host, from which credentials and settings are copied; null copies nothing.</summary>
    public required string? HostHome { get; init; }

    /// <summary>Home of the session's user inside.</summary>
    public string ContainerHome { get; init; } = "/home/code";

    /// <summary>Environment that the tool will have; only looked at for an API key to approve.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>A session whose directories can be mounted.</summary>
internal sealed record PreparedSession
{
    /// <summary>Its directory on the host.</summary>
    public required string Directory { get; init; }

    /// <summary>For what has no conversation.</summary>
    public static PreparedSession None { get; } = new() { Directory = "", State = [], ToolSessionId = null, Notices = [] };

    /// <summary>What is mounted where.</summary>
    public required IReadOnlyList<StateMount> State { get; init; }

    /// <summary>The tool's own id of the conversation to go on with; null begins a new one under the session's id.</summary>
    public required string? ToolSessionId { get; init; }

    /// <summary>What could not be taken over and why; one line each.</summary>
    public required IReadOnlyList<string> Notices { get; init; }
}
