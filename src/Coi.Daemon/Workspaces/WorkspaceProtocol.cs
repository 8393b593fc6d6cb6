using Akka.Actor;
using Coi.Daemon.Hosting;
using Coi.Daemon.Slots;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Workspaces;

/// <summary>What crosses a workspace's boundary.</summary>
internal static class WorkspaceProtocol
{
    /// <summary>A message that belongs to one workspace.</summary>
    public interface IForWorkspace
    {
        /// <summary>The workspace.</summary>
        WorkspaceHash Workspace { get; }
    }

    /// <summary>Run a session in a slot of this workspace; the slot answers <paramref name="ReplyTo"/>.</summary>
    /// <param name="Workspace">The workspace.</param>
    /// <param name="Wanted">Slot number, 0 for any.</param>
    /// <param name="MaxSlots">Highest slot number.</param>
    /// <param name="Prefix">Prefix of the container's name.</param>
    /// <param name="Spec">What to run; slot and container are filled in here.</param>
    /// <param name="Environment">Variables for the tool; never journaled.</param>
    /// <param name="ReplyTo">Who is answered; hears <see cref="Allocated"/> first.</param>
    /// <param name="RequiredImage">Image that a kept container must have been made from; null when any will do.</param>
    /// <param name="By">Who asked.</param>
    public sealed record StartSession(
        WorkspaceHash Workspace,
        int Wanted,
        int MaxSlots,
        string Prefix,
        LaunchSpec Spec,
        IReadOnlyDictionary<string, string> Environment,
        IActorRef ReplyTo,
        string? RequiredImage = null,
        Requester? By = null) : IForWorkspace, IAnswered, INoSerializationVerificationNeeded
    {
        object IAnswered.Refusal(Failure failure) => new SlotProtocol.NotStarted(failure);
    }

    /// <summary>Whoever asked for a session is gone before it ran: undo it. A session that nobody was told of is of no use to anybody.</summary>
    /// <param name="Workspace">The workspace.</param>
    /// <param name="SessionId">Id of the session.</param>
    /// <param name="Starter">Who asked for it; a session that somebody else started stays.</param>
    /// <param name="ReplyTo">Who hears of the end.</param>
    public sealed record AbandonSession(WorkspaceHash Workspace, string SessionId, IActorRef Starter, IActorRef ReplyTo) : IForWorkspace, INoSerializationVerificationNeeded;

    /// <summary>A slot was chosen.</summary>
    /// <param name="Notice">What the user should know about it; null when there is nothing.</param>
    public sealed record Allocated(string? Notice);

    /// <summary>A container of ours was found that no slot knows.</summary>
    /// <param name="Workspace">The workspace.</param>
    /// <param name="Spec">As far as its keys tell.</param>
    /// <param name="Network">Names and addresses.</param>
    /// <param name="Running">Whether it runs.</param>
    /// <param name="Since">When it was started; null when that is not known.</param>
    public sealed record AdoptContainer(WorkspaceHash Workspace, LaunchSpec Spec, NetworkPlan Network, bool Running, DateTimeOffset? Since = null) : IForWorkspace;

    /// <summary>Have a slot that failed go on with what Incus has. Answered by <see cref="SlotRecovery"/>.</summary>
    /// <param name="Workspace">The workspace.</param>
    /// <param name="Container">Name of its container.</param>
    /// <param name="ReplyTo">Who is answered.</param>
    /// <param name="By">Who asked.</param>
    public sealed record RecoverSlot(WorkspaceHash Workspace, string Container, IActorRef ReplyTo, Requester? By = null) : IForWorkspace, IAnswered, INoSerializationVerificationNeeded
    {
        object IAnswered.Refusal(Failure failure) => new SlotRecovery(Container, failure);
    }

    /// <summary>What became of a recovery.</summary>
    /// <param name="Container">Name of the container.</param>
    /// <param name="Failure">Why the slot could not be recovered; null when it was.</param>
    /// <param name="Exists">Whether Incus had the container; without it the session was saved and the slot freed.</param>
    public sealed record SlotRecovery(string Container, Failure? Failure, bool Exists = false);

    /// <summary>Tell when every slot in use is back; answered by <see cref="Revived"/>.</summary>
    /// <param name="Workspace">The workspace.</param>
    public sealed record AwaitRevival(WorkspaceHash Workspace) : IForWorkspace;

    /// <summary>Every slot in use is back and has told the index.</summary>
    /// <param name="Workspace">The workspace.</param>
    public sealed record Revived(WorkspaceHash Workspace);

    /// <summary>Facts about a slot's container were lost, or cannot be right; told to the parent, who has Incus read again.</summary>
    /// <param name="Container">Name of the container.</param>
    public sealed record MissedFacts(string Container);

    /// <summary>The workspace was told to stop and got work meanwhile: it stays.</summary>
    /// <param name="Workspace">The workspace.</param>
    public sealed record Stays(WorkspaceHash Workspace);

    /// <summary>The workspace has nothing to do and may be stopped.</summary>
    /// <param name="Workspace">The workspace.</param>
    public sealed record Passivate(WorkspaceHash Workspace);

    /// <summary>Stop now; sent instead of a poison pill, which would overtake a pending write.</summary>
    public sealed record StopNow
    {
        /// <summary>The only one.</summary>
        public static StopNow Instance { get; } = new();
    }
}
