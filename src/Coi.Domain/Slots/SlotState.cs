using Coi.Domain.Network;

namespace Coi.Domain.Slots;

/// <summary>Where a slot stands in its life cycle.</summary>
public enum SlotPhase
{
    /// <summary>Nothing exists.</summary>
    Free,

    /// <summary>ACL, bridge and container are being made.</summary>
    Preparing,

    /// <summary>The container is being started, then the tool in it.</summary>
    Starting,

    /// <summary>The tool's terminal exists.</summary>
    Running,

    /// <summary>The container is being stopped.</summary>
    Stopping,

    /// <summary>The container has stopped; the session is being finalised.</summary>
    Stopped,

    /// <summary>Container, bridge and ACL are being removed.</summary>
    Deleting,

    /// <summary>The container is kept, stopped.</summary>
    Kept,
}

/// <summary>State of one slot; what the journal's events add up to.</summary>
public sealed record SlotState
{
    /// <summary>A slot that was never used.</summary>
    public static SlotState Initial { get; } = new();

    /// <summary>Phase of the life cycle.</summary>
    public SlotPhase Phase { get; init; }

    /// <summary>What runs or ran here; null when free.</summary>
    public LaunchSpec? Spec { get; init; }

    /// <summary>Names and addresses of the network; null until it exists.</summary>
    public NetworkPlan? Network { get; init; }

    /// <summary>Whether the container existed before the current launch.</summary>
    public bool Reused { get; init; }

    /// <summary>When the container was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the current launch was asked for.</summary>
    public DateTimeOffset LaunchedAt { get; init; }

    /// <summary>When the session's time is up; null when it has no limit.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Why the container stopped last; null when it never did.</summary>
    public StopCause? Cause { get; init; }

    /// <summary>When the container stopped last.</summary>
    public DateTimeOffset StoppedAt { get; init; }

    /// <summary>Whether the container was made persistent and its keys do not say so yet.</summary>
    public bool Unmarked { get; init; }

    /// <summary>Whether another network policy was asked for and is not in force yet.</summary>
    public bool Unpoliced { get; init; }

    /// <summary>Whether the kept container runs although coi did not start it.</summary>
    public bool RunsUnasked { get; init; }

    /// <summary>How the stop was asked for; null when nobody asked.</summary>
    public StopRequested? Stop { get; init; }

    /// <summary>Why the launch failed; null when it did not.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Whether the slot has a container or is getting one.</summary>
    public bool IsTaken => Phase != SlotPhase.Free;

    /// <summary>Whether the container goes when it has stopped.</summary>
    public bool RemovesWhenStopped => Stop?.Remove == true || Spec?.Persistent != true;
}
