using Coi.Domain.Network;

namespace Coi.Domain.Slots;

/// <summary>Marks what is written to the journal; every type has a manifest in the journal's serializer.</summary>
public interface IJournaled
{
    /// <summary>When it happened, UTC.</summary>
    DateTimeOffset At { get; }
}

/// <summary>A fact in the life of a slot. Use pattern matching; the family is closed.</summary>
public interface ISlotEvent : IJournaled;

/// <summary>A session was asked for; the container is about to be made, or an existing one to be started again.</summary>
/// <param name="Spec">What to run.</param>
/// <param name="Reuses">Whether the slot's kept container is started again.</param>
/// <param name="At">When.</param>
/// <param name="By">Who asked; null when that was not written down.</param>
public sealed record LaunchRequested(LaunchSpec Spec, bool Reuses, DateTimeOffset At, Requester? By = null) : ISlotEvent;

/// <summary>ACL, bridge and container exist, in this order, and the container's only NIC is on that bridge.</summary>
/// <param name="Network">Names and addresses.</param>
/// <param name="At">When.</param>
public sealed record Provisioned(NetworkPlan Network, DateTimeOffset At) : ISlotEvent;

/// <summary>The container runs and the tool's terminal exists.</summary>
/// <param name="At">When.</param>
/// <param name="EndsAt">When its time is up; null when it has no limit.</param>
public sealed record SessionStarted(DateTimeOffset At, DateTimeOffset? EndsAt = null) : ISlotEvent;

/// <summary>The launch did not succeed; what was made is being removed.</summary>
/// <param name="Failure">Why.</param>
/// <param name="At">When.</param>
public sealed record LaunchFailed(Failure Failure, DateTimeOffset At) : ISlotEvent;

/// <summary>From now on the container is kept when it stops.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who asked; null when that was not written down.</param>
public sealed record ContainerPersisted(DateTimeOffset At, Requester? By = null) : ISlotEvent;

/// <summary>The container's keys and the session's metadata say that it is kept.</summary>
/// <param name="At">When.</param>
public sealed record ContainerMarked(DateTimeOffset At) : ISlotEvent;

/// <summary>Somebody asked for another network policy of the running container.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="At">When.</param>
/// <param name="By">Who asked; null when that was not written down.</param>
public sealed record PolicyChanged(NetworkPolicy Policy, DateTimeOffset At, Requester? By = null) : ISlotEvent;

/// <summary>The policy that was asked for last is in force, and the container's keys say so.</summary>
/// <param name="At">When.</param>
public sealed record PolicyApplied(DateTimeOffset At) : ISlotEvent;

/// <summary>A kept container runs that coi did not start; the next session goes on in it.</summary>
/// <param name="At">When.</param>
public sealed record ContainerFoundRunning(DateTimeOffset At) : ISlotEvent;

/// <summary>Somebody asked for the container's end, or its time is up.</summary>
/// <param name="Force">Do not wait for a clean shutdown.</param>
/// <param name="Remove">Remove the container even when it is persistent.</param>
/// <param name="TimeoutSeconds">How long a clean shutdown may take before it is forced.</param>
/// <param name="At">When.</param>
/// <param name="Cause">What the container will have stopped for; null for a wish of somebody.</param>
/// <param name="By">Who asked; null when nobody did or that was not written down.</param>
public sealed record StopRequested(bool Force, bool Remove, int TimeoutSeconds, DateTimeOffset At, StopCause? Cause = null, Requester? By = null) : ISlotEvent;

/// <summary>The container stopped.</summary>
/// <param name="Cause">Why it stopped.</param>
/// <param name="At">When.</param>
public sealed record ContainerStopped(StopCause Cause, DateTimeOffset At) : ISlotEvent;

/// <summary>The session's metadata is written; the conversation can be resumed.</summary>
/// <param name="At">When.</param>
public sealed record SessionFinalised(DateTimeOffset At) : ISlotEvent;

/// <summary>The container stays, stopped, for the next session of this workspace.</summary>
/// <param name="At">When.</param>
public sealed record ContainerKept(DateTimeOffset At) : ISlotEvent;

/// <summary>Container, bridge and ACL are gone; the slot is free.</summary>
/// <param name="At">When.</param>
public sealed record SlotFreed(DateTimeOffset At) : ISlotEvent;

/// <summary>A container of ours that the journal did not know was found in Incus.</summary>
/// <param name="Spec">As far as its <c>user.coi.*</c> keys tell.</param>
/// <param name="Network">Names and addresses.</param>
/// <param name="At">When.</param>
/// <param name="EndsAt">When its time is up; null when it has no limit.</param>
public sealed record ContainerAdopted(LaunchSpec Spec, NetworkPlan Network, DateTimeOffset At, DateTimeOffset? EndsAt = null) : ISlotEvent;

/// <summary>Why a container stopped.</summary>
public enum StopCause
{
    /// <summary>Not known to this version.</summary>
    Unknown,

    /// <summary>Powered off, crashed or stopped by somebody else.</summary>
    FromInside,

    /// <summary>Because coi was asked to stop it.</summary>
    Requested,

    /// <summary>Found stopped after a time in which nobody watched.</summary>
    WhileAway,

    /// <summary>The container was deleted behind coi's back.</summary>
    Deleted,

    /// <summary>The session lasted as long as it may.</summary>
    TimeUp,
}
