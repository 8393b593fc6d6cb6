using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Coi.Daemon.Slots;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Workspaces;

/// <summary>Gives out the slots of one workspace and supervises them. One request at a time: no slot is ever given twice.</summary>
internal sealed class WorkspaceActor : ReceivePersistentActor, IWithTimers
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(2);
    private readonly WorkspaceHash _hash;
    private readonly SlotDependencies _with;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<int> _launching = [];
    private readonly HashSet<int> _notBack = [];
    private readonly List<IActorRef> _awaitingRevival = [];
    private WorkspaceState _state = WorkspaceState.Initial;

    public WorkspaceActor(WorkspaceHash hash, SlotDependencies with)
    {
        _hash = hash;
        _with = with;
        PersistenceId = $"workspace-{hash}";

        Recover<IWorkspaceEvent>(e => _state = SlotAllocation.Apply(_state, e));
        Recover<RecoveryCompleted>(_ => Revive());

        Command<WorkspaceProtocol.StartSession>(Start);
        Command<WorkspaceProtocol.AbandonSession>(Abandon);
        Command<WorkspaceProtocol.AdoptContainer>(Adopt);
        Command<WorkspaceProtocol.AwaitRevival>(_ => AnswerWhenRevived(Sender));
        Command<SlotProtocol.State>(SlotChanged);
        Command<Terminated>(SlotStopped);
        Command<ReviveSlot>(r => SlotActorFor(r.Slot));
        Command<ReceiveTimeout>(_ => Passivate());
        Command<WorkspaceProtocol.StopNow>(_ => Context.Stop(Self));
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    // A slot that throws starts over from its journal; after five times in a minute it is stopped, and revived a while later (see SlotStopped).
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(5, TimeSpan.FromMinutes(1), _ => Directive.Restart);

    private void Revive()
    {
        SetReceiveTimeout(IdleTime);
        foreach (var slot in _state.Slots.Keys)
        {
            _notBack.Add(slot);
            SlotActorFor(slot);
        }
    }

    private void Start(WorkspaceProtocol.StartSession command)
    {
        var allocation = SlotAllocation.Choose(_state, command.Spec.SessionId, command.Wanted, command.MaxSlots, out var failure);
        if (allocation is null)
        {
            command.ReplyTo.Tell(new SlotProtocol.NotStarted(failure ?? new Failure("slot.exhausted", "no slot is free")));
            return;
        }

        var spec = command.Spec with
        {
            Slot = allocation.Slot,
            Container = allocation.Container ?? SlotNames.Container(command.Prefix, _hash, allocation.Slot),
            // What was kept once stays kept: only `coi kill` and `coi shutdown` remove it.
            Persistent = command.Spec.Persistent || allocation.Container is not null,
        };
        _launching.Add(spec.Slot);
        Persist(new SlotReserved(spec.Slot, spec.SessionId, spec.Container, _with.Time.GetUtcNow()), e =>
        {
            _state = SlotAllocation.Apply(_state, e);
            command.ReplyTo.Tell(new WorkspaceProtocol.Allocated(allocation.Notice));
            SlotActorFor(spec.Slot).Tell(new SlotProtocol.StartSession(spec, command.Environment, command.ReplyTo));
        });
    }

    private void Abandon(WorkspaceProtocol.AbandonSession command)
    {
        foreach (var (slot, use) in _state.Slots)
        {
            if (use.SessionId == command.SessionId && !use.Rests)
                SlotActorFor(slot).Tell(new SlotProtocol.EndSession(new End(Force: true, Remove: false, TimeoutSeconds: 0), command.ReplyTo));
        }
    }

    private void Adopt(WorkspaceProtocol.AdoptContainer command)
    {
        var slot = command.Spec.Slot;
        if (_state.Slots.TryGetValue(slot, out var use) && use.Container != command.Spec.Container)
        {
            _log.Warning("Container {Container} claims slot {Slot}, which belongs to {Other}; it is left alone", command.Spec.Container, slot, use.Container);
            return;
        }

        _launching.Add(slot);
        Persist(new SlotReserved(slot, command.Spec.SessionId, command.Spec.Container, _with.Time.GetUtcNow()), e =>
        {
            _state = SlotAllocation.Apply(_state, e);
            var actor = SlotActorFor(slot);
            actor.Tell(new SlotProtocol.Fact(new Adopt(command.Spec, command.Network)));
            actor.Tell(new SlotProtocol.Fact(new InstanceObserved(Exists: true, command.Running)));
        });
    }

    private void SlotChanged(SlotProtocol.State changed)
    {
        var (slot, state) = (changed.Slot, changed.Value);
        // A fresh or revived slot reports Free or Kept before its first command arrives: such a report ends no launch.
        if (state.Phase is not (SlotPhase.Free or SlotPhase.Kept)) _launching.Remove(slot);
        Back(slot);
        if (!_state.Slots.TryGetValue(slot, out var use)) return;
        IWorkspaceEvent? evt = state.Phase switch
        {
            SlotPhase.Free when !_launching.Contains(slot) => new SlotReleased(slot, _with.Time.GetUtcNow()),
            SlotPhase.Kept when !use.Rests && !_launching.Contains(slot) => new SlotRested(slot, _with.Time.GetUtcNow()),
            _ => null,
        };
        if (evt is not null) Persist(evt, e => _state = SlotAllocation.Apply(_state, e));
    }

    private void SlotStopped(Terminated terminated)
    {
        if (!int.TryParse(terminated.ActorRef.Path.Name.AsSpan("slot-".Length), out var slot)) return;
        _launching.Remove(slot);
        Back(slot);
        if (!_state.Slots.ContainsKey(slot)) return;
        _log.Warning("Slot {Slot} stopped unexpectedly; it is revived in 5 s", slot);
        Timers.StartSingleTimer(new ReviveSlot(slot), new ReviveSlot(slot), TimeSpan.FromSeconds(5));
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
        if (_state.Slots.IsEmpty && _launching.Count == 0) Context.Parent.Tell(new WorkspaceProtocol.Passivate(_hash));
    }

    private IActorRef SlotActorFor(int slot)
    {
        var name = $"slot-{slot}";
        var child = Context.Child(name);
        return child.IsNobody() ? Context.Watch(Context.ActorOf(Props.Create(() => new SlotActor(_hash.Value, slot, _with)), name)) : child;
    }

    private sealed record ReviveSlot(int Slot) : INotInfluenceReceiveTimeout, IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
