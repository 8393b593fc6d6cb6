using System.Text.Json.Serialization;
using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary>What <c>coi shell --background</c> prints.</summary>
internal sealed record BackgroundSession
{
    /// <summary>Name of the container.</summary>
    public required string Container { get; init; }

    /// <summary>Id of the session.</summary>
    public required string SessionId { get; init; }

    /// <summary>Slot number.</summary>
    public required int Slot { get; init; }

    /// <summary>Workspace on the host.</summary>
    public required string Workspace { get; init; }

    /// <summary>Name of the tool.</summary>
    public required string Tool { get; init; }

    /// <summary>Image alias that the container was made from.</summary>
    public required string Image { get; init; }

    /// <summary>Network mode in force.</summary>
    public required string Network { get; init; }

    /// <summary>Whether the container is kept after it stops.</summary>
    public required bool Persistent { get; init; }

    /// <summary>Whether an earlier conversation is continued.</summary>
    public required bool Resumed { get; init; }

    /// <summary>What of a session that was started is for programs.</summary>
    public static BackgroundSession Of(StartedSession session) => new()
    {
        Container = session.Container,
        SessionId = session.SessionId,
        Slot = session.Slot,
        Workspace = session.Workspace,
        Tool = session.Tool,
        Image = session.Image,
        Network = session.Network,
        Persistent = session.Persistent,
        Resumed = session.Resumed,
    };
}

/// <summary>Serialisation of what is printed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BackgroundSession))]
internal sealed partial class SessionsJson : JsonSerializerContext;
