using Coi.Domain.Network;

namespace Coi.Domain.Slots;

/// <summary>What can be decided about a slot: wishes of a user and facts from outside. Closed family.</summary>
public interface ISlotInput;

/// <summary>Run a session here.</summary>
/// <param name="Spec">What to run.</param>
/// <param name="By">Who asks; null when that is not known.</param>
public sealed record Launch(LaunchSpec Spec, Requester? By = null) : ISlotInput;

/// <summary>End the container.</summary>
/// <param name="Force">Do not wait for a clean shutdown.</param>
/// <param name="Remove">Remove the container even when it is persistent.</param>
/// <param name="TimeoutSeconds">How long a clean shutdown may take before it is forced.</param>
/// <param name="By">Who asks; null when that is not known.</param>
public sealed record End(bool Force, bool Remove, int TimeoutSeconds, Requester? By = null) : ISlotInput;

/// <summary>The moment has come at which the session's time was to be up.</summary>
/// <param name="EndsAt">That moment; another one says nothing.</param>
public sealed record TimeIsUp(DateTimeOffset EndsAt) : ISlotInput;

/// <summary>Keep the container when it stops, whatever was said when it was started.</summary>
/// <param name="By">Who asks; null when that is not known.</param>
public sealed record Keep(Requester? By = null) : ISlotInput;

/// <summary>Put another network policy into force while the container runs.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="By">Who asks; null when that is not known.</param>
public sealed record ChangePolicy(NetworkPolicy Policy, Requester? By = null) : ISlotInput;

/// <summary>Incus says that the container started.</summary>
/// <param name="When">When it started; a start before the container came to rest was coi's own.</param>
public sealed record InstanceStarted(DateTimeOffset When) : ISlotInput;

/// <summary>Incus says that the container stopped.</summary>
/// <param name="Cause">Why, as far as it is known.</param>
/// <param name="When">When it stopped; what happened before the current launch does not concern it.</param>
public sealed record InstanceStopped(StopCause Cause, DateTimeOffset When) : ISlotInput;

/// <summary>Incus says that the container was deleted.</summary>
/// <param name="When">When it was deleted; what happened before the current launch does not concern it.</param>
public sealed record InstanceDeleted(DateTimeOffset When) : ISlotInput;

/// <summary>What one read of Incus found for this slot's container.</summary>
/// <param name="Exists">Whether it exists.</param>
/// <param name="Running">Whether it runs.</param>
public sealed record InstanceObserved(bool Exists, bool Running) : ISlotInput;

/// <summary>A container of ours that the journal does not know.</summary>
/// <param name="Spec">As far as its keys tell.</param>
/// <param name="Network">Names and addresses.</param>
/// <param name="Since">When it was started; null when that is not known.</param>
public sealed record Adopt(LaunchSpec Spec, NetworkPlan Network, DateTimeOffset? Since = null) : ISlotInput;

/// <summary>Go on with what Incus has, whatever the journal says: the way out for a slot that failed.</summary>
/// <param name="Spec">As far as the container's keys tell; null when there is no such container.</param>
/// <param name="Network">Names and addresses; null when there is no such container.</param>
/// <param name="Since">When it was started; null when that is not known.</param>
public sealed record Restore(LaunchSpec? Spec, NetworkPlan? Network, DateTimeOffset? Since = null) : ISlotInput;

/// <summary>The network and the container were made.</summary>
/// <param name="Network">Names and addresses.</param>
public sealed record ProvisionDone(NetworkPlan Network) : ISlotInput;

/// <summary>An effect other than provisioning ended well.</summary>
/// <param name="Effect">Which.</param>
public sealed record EffectDone(SlotEffect Effect) : ISlotInput;

/// <summary>An effect of a launch failed.</summary>
/// <param name="Failure">Why.</param>
public sealed record LaunchStepFailed(Failure Failure) : ISlotInput;

/// <summary>The daemon started again; what was half done in the launch can have no caller any more.</summary>
public sealed record Recovered : ISlotInput;

/// <summary>What to do next in the world outside; each is idempotent.</summary>
public enum SlotEffect
{
    /// <summary>Make ACL, bridge and container, or bring the network of a kept container up to date.</summary>
    Provision,

    /// <summary>Start the container and the tool in it.</summary>
    Start,

    /// <summary>Write into the container's keys and the session's metadata that the container is kept.</summary>
    Mark,

    /// <summary>Put the network policy into force, in the container's network and in its keys.</summary>
    Police,

    /// <summary>Stop the container.</summary>
    Stop,

    /// <summary>Write the session's metadata.</summary>
    Finalise,

    /// <summary>Delete container, bridge and ACL.</summary>
    Remove,
}
