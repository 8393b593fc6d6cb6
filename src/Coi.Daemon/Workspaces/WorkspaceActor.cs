using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Coi.Daemon.Journal;
using Coi.Daemon.Slots;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Workspaces;

/// <summary>Gives out the slots of one workspace and supervises them. One request at a time: no slot is ever given twice.</summary>
internal sealed partial class WorkspaceActor : ReceivePersistentActor, IWithTimers
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(2);
    private readonly WorkspaceHash _hash;
    private readonly SlotDependencies _with;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    // Who waits for a launch that its slot has not yet written down; nobody for a container that is taken over.
    private readonly Dictionary<int, IActorRef> _launching = [];
    private readonly Dictionary<int, IActorRef> _starters = [];
    // As the slots told it last; what their containers were made from stands in their journals.
    private readonly Dictionary<int, string> _images = [];
    private readonly HashSet<int> _missedFacts = [];
    private readonly HashSet<int> _notBack = [];
    private readonly List<IActorRef> _awaitingRevival = [];
    private WorkspaceState _state = WorkspaceState.Initial;
    private IActorRef? _asker;
    // Read by the slots' actors, which end with this one and tell who asks them why.
    private volatile Failure? _broken;

    public WorkspaceActor(WorkspaceHash hash, SlotDependencies with)
    {
        _hash = hash;
        _with = with;
        PersistenceId = $"workspace-{hash}";

        Recover<SnapshotOffer>(offer => _state = (WorkspaceState)offer.Snapshot);
        Recover<IWorkspaceEvent>(e => _state = SlotAllocation.Apply(_state, e));
        // What an unread event said about slots is found again: slots report how they stand, containers without a slot are taken over.
        Recover<UnreadableEvent>(e => _log.Error("Workspace {Workspace}: the journal's {Manifest} cannot be read and is passed over: {Reason}", hash, e.Manifest, e.Why));
        Recover<RecoveryCompleted>(_ => Revive());

        Command<WorkspaceProtocol.StartSession>(Start);
        Command<WorkspaceProtocol.AbandonSession>(Abandon);
        Command<WorkspaceProtocol.AdoptContainer>(Adopt);
        Command<WorkspaceProtocol.AwaitRevival>(_ => AnswerWhenRevived(Sender));
        Command<SlotProtocol.State>(SlotChanged);
        Command<Terminated>(SlotStopped);
        Command<SlotProtocol.Interrupted>(i => GiveUp(i.Slot));
        Command<SlotProtocol.Refused>(r => _launching.Remove(r.Slot));
        Command<ReviveSlot>(r =>
        {
            if (!IsFailed(r.Slot)) SlotActorFor(r.Slot);
        });
        Supervise();
        Command<ReceiveTimeout>(_ => Passivate());
        Command<WorkspaceProtocol.StopNow>(_ =>
        {
            if (IsIdle) Context.Stop(Self);
            else Context.Parent.Tell(new WorkspaceProtocol.Stays(_hash));
        });
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsIdle => _state.Slots.IsEmpty && _launching.Count == 0;

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistRejected(cause, @event, sequenceNr);
        // The state is as it was, so there is nothing to start over; only who asked must hear of it.
        Refuse(@event, new Failure("journal.rejected", $"the journal did not take {@event.GetType().Name}: {cause.Message}", "coi daemon logs"));
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistFailure(cause, @event, sequenceNr);
        Refuse(@event, _broken = JournalHealth.Failed(cause));
    }

    private void Refuse(object @event, Failure failure)
    {
        if (@event is not SlotReserved reserved) return;
        _launching.Remove(reserved.Slot);
        _asker?.Tell(new SlotProtocol.NotStarted(failure));
        _asker = null;
    }

    private void Revive()
    {
        SetReceiveTimeout(IdleTime);
        foreach (var (slot, use) in _state.Slots)
        {
            if (use.Failed is not null)
            {
                LeaveAlone(slot);
                continue;
            }

            _notBack.Add(slot);
            SlotActorFor(slot);
        }
    }

    private void Start(WorkspaceProtocol.StartSession command)
    {
        var wish = new SlotWish(command.Spec.SessionId, command.Wanted, command.MaxSlots, Fresh: command.Spec.Run) { Image = command.RequiredImage, Images = _images };
        var allocation = SlotAllocation.Choose(_state, wish, out var failure);
        if (allocation is null)
        {
            command.ReplyTo.Tell(new SlotProtocol.NotStarted(failure ?? new Failure("slot.exhausted", "no slot is free")));
            return;
        }

        var spec = command.Spec with
        {
            Slot = allocation.Slot,
            Container = allocation.Container ?? SlotNames.Container(command.Prefix, _hash, allocation.Slot),
        };
        _launching[spec.Slot] = command.ReplyTo;
        _starters[spec.Slot] = command.ReplyTo;
        _asker = command.ReplyTo;
        Persist(new SlotReserved(spec.Slot, spec.SessionId, spec.Container, _with.Time.GetUtcNow()), e =>
        {
            _state = SlotAllocation.Apply(_state, e);
            _asker = null;
            command.ReplyTo.Tell(new WorkspaceProtocol.Allocated(allocation.Notice));
            SlotActorFor(spec.Slot).Tell(new SlotProtocol.StartSession(spec, command.Environment, command.ReplyTo, command.By));
        });
    }

    private void Abandon(WorkspaceProtocol.AbandonSession command)
    {
        foreach (var (slot, use) in _state.Slots)
        {
            // Only that asker's own: the same session may have been started by somebody else, while this one was refused it.
            if (use.SessionId == command.SessionId && use is { Rests: false, Failed: null } && command.Starter.Equals(_starters.GetValueOrDefault(slot)))
                SlotActorFor(slot).Tell(new SlotProtocol.EndSession(use.Container, new End(Force: true, Remove: false, TimeoutSeconds: 0), command.ReplyTo));
        }
    }

    private void Adopt(WorkspaceProtocol.AdoptContainer command)
    {
        var slot = command.Spec.Slot;
        if (_state.Slots.TryGetValue(slot, out var use))
        {
            // Either the slot began since Incus was read and knows better, or the number is another's.
            if (use.Container != command.Spec.Container) _log.Warning("Container {Container} claims slot {Slot}, which belongs to {Other}; it is left alone", command.Spec.Container, slot, use.Container);
            return;
        }

        _launching[slot] = ActorRefs.Nobody;
        Persist(new SlotReserved(slot, command.Spec.SessionId, command.Spec.Container, _with.Time.GetUtcNow()), e =>
        {
            _state = SlotAllocation.Apply(_state, e);
            var actor = SlotActorFor(slot);
            actor.Tell(new SlotProtocol.Fact(new Adopt(command.Spec, command.Network, command.Since)));
            actor.Tell(new SlotProtocol.Fact(new InstanceObserved(Exists: true, command.Running)));
        });
    }

    private void SlotChanged(SlotProtocol.State changed)
    {
        var (slot, state) = (changed.Slot, changed.Value);
        if (IsFailed(slot)) return;
        _restoring.Remove(slot);
        _lastSaid[slot] = state;
        // A fresh or revived slot reports Free or Kept before its first command arrives: such a report ends no launch.
        if (state.Phase is not (SlotPhase.Free or SlotPhase.Kept)) _launching.Remove(slot);
        if (state.Spec is { } spec) _images[slot] = spec.Image;
        Back(slot);
        if (_missedFacts.Remove(slot) && state.Spec is { } missing) Context.Parent.Tell(new WorkspaceProtocol.MissedFacts(missing.Container));
        if (!_state.Slots.TryGetValue(slot, out var use)) return;
        IWorkspaceEvent? evt = state.Phase switch
        {
            SlotPhase.Free when !_launching.ContainsKey(slot) => new SlotReleased(slot, _with.Time.GetUtcNow()),
            SlotPhase.Kept when !use.Rests && !_launching.ContainsKey(slot) => new SlotRested(slot, _with.Time.GetUtcNow()),
            _ => null,
        };
        if (evt is not null) Persist(evt, e => _state = SlotAllocation.Apply(_state, e));
    }

    private void SlotStopped(Terminated terminated)
    {
        if (!int.TryParse(terminated.ActorRef.Path.Name.AsSpan("slot-".Length), out var slot)) return;
        GiveUp(slot);
        Back(slot);
        if (_state.Slots.ContainsKey(slot) && !IsFailed(slot)) ReviveOrFail(slot);
    }

    private void GiveUp(int slot)
    {
        if (_launching.Remove(slot, out var asker))
            asker.Tell(new SlotProtocol.NotStarted(new Failure("slot.interrupted", "the daemon was interrupted before it began to start the session", "Start it again with `coi shell`")));
    }

    private void AnswerWhenRevived(IActorRef asker)
    {
        if (_notBack.Count == 0) asker.Tell(new WorkspaceProtocol.Revived(_hash));
        else _awaitingRevival.Add(asker);
    }

    private void Back(int slot)
    {
        if (!_notBack.Remove(slot) || _notBack.Count > 0) return;
        foreach (var asker in _awaitingRevival) asker.Tell(new WorkspaceProtocol.Revived(_hash));
        _awaitingRevival.Clear();
    }

    private void Passivate()
    {
        if (IsIdle) Context.Parent.Tell(new WorkspaceProtocol.Passivate(_hash));
    }

    private IActorRef SlotActorFor(int slot)
    {
        var name = $"slot-{slot}";
        Func<Failure?> whyEnded = () => _broken;
        var child = Context.Child(name);
        return child.IsNobody() ? Context.Watch(Context.ActorOf(Props.Create(() => new SlotActor(_hash.Value, slot, _with, whyEnded)), name)) : child;
    }

    private sealed record ReviveSlot(int Slot) : INotInfluenceReceiveTimeout, IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
