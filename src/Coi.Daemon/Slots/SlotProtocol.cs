using Akka.Actor;
using Akka.Event;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Slots;

/// <summary>What crosses a slot's boundary.</summary>
internal static class SlotProtocol
{
    /// <summary>Code of the failure of a slot that is left alone.</summary>
    public const string FailedCode = "slot.failed";

    /// <summary>Commands and facts that a slot takes.</summary>
    public interface ISlotMessage;

    /// <summary>A message about one container whose sender waits for an answer.</summary>
    public interface IRequest : ISlotMessage, IAnswered
    {
        /// <summary>Name of the container.</summary>
        string Container { get; }
    }

    /// <summary>Run a session here. Answered by <see cref="Started"/> or <see cref="NotStarted"/>; <see cref="Progress"/> on the way.</summary>
    /// <param name="Spec">What to run.</param>
    /// <param name="Environment">Variables for the tool, secrets among them: they are handed to Incus and never journaled.</param>
    /// <param name="ReplyTo">Who is answered.</param>
    /// <param name="By">Who asked.</param>
    public sealed record StartSession(LaunchSpec Spec, IReadOnlyDictionary<string, string> Environment, IActorRef ReplyTo, Requester? By = null) : IRequest, INoSerializationVerificationNeeded
    {
        string IRequest.Container => Spec.Container;

        object IAnswered.Refusal(Failure failure) => new NotStarted(failure);
    }

    /// <summary>End the container. Answered by <see cref="Ended"/> or <see cref="NotEnded"/>.</summary>
    /// <param name="Container">Name of the container; the answer carries it, also when the slot has been freed meanwhile.</param>
    /// <param name="Wish">How.</param>
    /// <param name="ReplyTo">Who asked.</param>
    public sealed record EndSession(string Container, End Wish, IActorRef ReplyTo) : IRequest, INoSerializationVerificationNeeded
    {
        object IAnswered.Refusal(Failure failure) => new NotEnded(Container, failure);
    }

    /// <summary>Keep the container when it stops. Answered by <see cref="Kept"/> or <see cref="NotKept"/>.</summary>
    /// <param name="Container">Name of the container; the answer carries it, also when the slot has been freed meanwhile.</param>
    /// <param name="ReplyTo">Who is answered.</param>
    /// <param name="By">Who asked.</param>
    public sealed record KeepContainer(string Container, IActorRef ReplyTo, Requester? By = null) : IRequest, INoSerializationVerificationNeeded
    {
        object IAnswered.Refusal(Failure failure) => new NotKept(Container, failure);
    }

    /// <summary>Put another network policy into force. Answered by <see cref="Policed"/> or <see cref="NotPoliced"/>.</summary>
    /// <param name="Container">Name of the container; the answer carries it, also when the slot has been freed meanwhile.</param>
    /// <param name="From">The policy that the new one was made of; when another is in force by now, nothing is changed.</param>
    /// <param name="To">The policy.</param>
    /// <param name="ReplyTo">Who is answered.</param>
    /// <param name="By">Who asked.</param>
    public sealed record PoliceContainer(string Container, NetworkPolicy From, NetworkPolicy To, IActorRef ReplyTo, Requester? By = null) : IRequest, INoSerializationVerificationNeeded
    {
        object IAnswered.Refusal(Failure failure) => new NotPoliced(Container, failure);
    }

    /// <summary>A fact from Incus.</summary>
    /// <param name="Input">The fact.</param>
    /// <param name="Basis">State of the slot that the fact was found for; a fact about an earlier state is stale and says nothing. Null for events, which carry their time.</param>
    public sealed record Fact(ISlotInput Input, SlotState? Basis = null) : ISlotMessage;

    /// <summary>Go on with what Incus has; told by the workspace to a slot that had failed.</summary>
    /// <param name="Found">What Incus has.</param>
    /// <param name="Observed">Whether it is there and runs.</param>
    public sealed record RestoreFrom(Restore Found, InstanceObserved Observed) : INoSerializationVerificationNeeded;

    /// <summary>The slot's journal cannot be read to its end; it does nothing until it is told <see cref="RestoreFrom"/>. Told to the parent.</summary>
    /// <param name="Slot">Slot number.</param>
    /// <param name="Value">State as far as it could be read.</param>
    /// <param name="Failure">Why.</param>
    public sealed record Unreadable(int Slot, SlotState Value, Failure Failure);

    /// <summary>The slot ends because the journal could not be read or written, which is not its fault. Told to the parent.</summary>
    /// <param name="Slot">Slot number.</param>
    /// <param name="Failure">Why.</param>
    public sealed record JournalFailed(int Slot, Failure Failure) : IDeadLetterSuppression;

    /// <summary>Tell when the container has ended and nothing is under way any more; answered by <see cref="State"/>.</summary>
    /// <param name="ReplyTo">Who asked.</param>
    public sealed record AwaitEnd(IActorRef ReplyTo) : ISlotMessage, INoSerializationVerificationNeeded;

    /// <summary>The slot's state; also told to the parent after every change.</summary>
    /// <param name="Slot">Slot number.</param>
    /// <param name="Value">The state.</param>
    public sealed record State(int Slot, SlotState Value);

    /// <summary>
    /// The slot's actor ends or starts over: what it was told and has not written down will not happen. Told to the parent, who would
    /// otherwise wait for a launch that never comes.
    /// </summary>
    /// <param name="Slot">Slot number.</param>
    public sealed record Interrupted(int Slot) : IDeadLetterSuppression;

    /// <summary>The slot does not begin the launch that it was given; told to the parent, who would otherwise wait for it.</summary>
    /// <param name="Slot">Slot number.</param>
    public sealed record Refused(int Slot) : IDeadLetterSuppression;

    /// <summary>The tool's terminal exists.</summary>
    /// <param name="Value">State of the slot.</param>
    public sealed record Started(SlotState Value);

    /// <summary>The session could not be started, and what was made for it is gone.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record NotStarted(Failure Failure);

    /// <summary>Answer about one container that somebody asked to change.</summary>
    public interface IContainerAnswer
    {
        /// <summary>Name of the container.</summary>
        string Container { get; }
    }

    /// <summary>The container is kept when it stops, and its keys and its session say so.</summary>
    /// <param name="Container">Name of the container.</param>
    /// <param name="Changed">False when that had been so before.</param>
    public sealed record Kept(string Container, bool Changed) : IContainerAnswer;

    /// <summary>The container could not be made one that is kept.</summary>
    /// <param name="Container">Name of the container.</param>
    /// <param name="Failure">Why.</param>
    public sealed record NotKept(string Container, Failure Failure) : IContainerAnswer;

    /// <summary>The policy is in force, and the container's keys say so.</summary>
    /// <param name="Container">Name of the container.</param>
    /// <param name="Changed">False when it had been so before.</param>
    public sealed record Policed(string Container, bool Changed) : IContainerAnswer;

    /// <summary>The policy is not in force.</summary>
    /// <param name="Container">Name of the container.</param>
    /// <param name="Failure">Why.</param>
    public sealed record NotPoliced(string Container, Failure Failure) : IContainerAnswer;

    /// <summary>The container has ended and its session is finalised.</summary>
    /// <param name="Container">Name of the container.</param>
    public sealed record Ended(string Container) : IContainerAnswer;

    /// <summary>The container could not be ended; coi goes on trying.</summary>
    /// <param name="Container">Name of the container.</param>
    /// <param name="Failure">Why.</param>
    public sealed record NotEnded(string Container, Failure Failure) : IContainerAnswer;
}
