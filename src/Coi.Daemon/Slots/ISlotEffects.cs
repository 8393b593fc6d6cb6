using Coi.Contracts;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Slots;

/// <summary>Carries out what a slot decides. Each is idempotent: what exists and is ours is done, what is not found is deleted.</summary>
internal interface ISlotEffects
{
    /// <summary>Makes ACL, bridge and container, the container's only NIC on that bridge; a kept container gets its network brought up to date.</summary>
    Task<NetworkPlan> ProvisionAsync(SlotState state, IProgress<Progress> progress, CancellationToken cancellationToken);

    /// <summary>Starts the container and the tool's terminal in it.</summary>
    Task StartAsync(SlotState state, IReadOnlyDictionary<string, string> environment, IProgress<Progress> progress, CancellationToken cancellationToken);

    /// <summary>Shows a line of text on the session's screen, as far as somebody looks at it.</summary>
    Task WarnAsync(SlotState state, string text, CancellationToken cancellationToken);

    /// <summary>Writes into the container's keys and the session's metadata that the container is kept.</summary>
    Task MarkAsync(SlotState state, CancellationToken cancellationToken);

    /// <summary>Puts the policy into force in the container's network and in its keys; never a moment more is open than before or afterwards.</summary>
    Task PoliceAsync(SlotState state, CancellationToken cancellationToken);

    /// <summary>Stops the container, cleanly if there is time.</summary>
    Task StopAsync(SlotState state, CancellationToken cancellationToken);

    /// <summary>Writes the session's metadata; a session that never began leaves nothing.</summary>
    Task FinaliseAsync(SlotState state, CancellationToken cancellationToken);

    /// <summary>Deletes container, bridge and ACL.</summary>
    Task RemoveAsync(SlotState state, CancellationToken cancellationToken);

    /// <summary>Lets nothing through a container's NIC any more, for a slot that nobody looks after.</summary>
    Task CloseAsync(string container, CancellationToken cancellationToken);

    /// <summary>Reads what Incus has of a container, and puts its policy in force and opens its NIC if it runs.</summary>
    Task<SlotProtocol.RestoreFrom> RestoreAsync(string container, CancellationToken cancellationToken);
}
