using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Coi.Contracts;
using Coi.Daemon.Incus;
using Coi.Daemon.Journal;
using Coi.Daemon.Network;
using Coi.Daemon.Workspaces;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Slots;

/// <summary>
/// Drives the life of one slot. What happens is decided in <see cref="SlotLifecycle"/>; this actor persists the decision, then has the
/// next effect carried out through the gateway, and feeds the outcome back. Nobody waits in here.
/// </summary>
internal sealed partial class SlotActor : ReceivePersistentActor, IWithTimers
{
    private readonly SlotDependencies _with;
    private readonly Func<Failure?> _whyEnded;
    private readonly int _slot;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private SlotState _state = SlotState.Initial;
    private InFlight? _inFlight;

    /// <summary>Makes the actor.</summary>
    /// <param name="workspace">The workspace's hash.</param>
    /// <param name="slot">The slot's number.</param>
    /// <param name="with">What it works with.</param>
    /// <param name="whyEnded">Why its workspace ends it; null when there is no reason but the daemon's end.</param>
    public SlotActor(string workspace, int slot, SlotDependencies with, Func<Failure?> whyEnded)
    {
        (_with, _whyEnded) = (with, whyEnded);
        _slot = slot;
        PersistenceId = $"slot-{workspace}-{slot}";

        Recover<SnapshotOffer>(offer => _state = (SlotState)offer.Snapshot);
        Recover<ISlotEvent>(e =>
        {
            _state = SlotLifecycle.Apply(_state, e);
            // What was before does not matter any more.
            if (e is SlotFreed or ContainerAdopted or LaunchRequested { Reuses: false }) _unreadable = null;
        });
        Recover<UnreadableEvent>(e => _unreadable ??= e);
        Recover<RecoveryCompleted>(_ => Revive());

        Ready();
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop()
    {
        _inFlight?.Cancellation.Cancel();
        // Runs before a restart too: nobody may be left waiting for an incarnation that is gone.
        Context.Parent.Tell(new SlotProtocol.Interrupted(_slot));
        AnswerAll(_whyEnded() ?? new Failure("slot.interrupted", "the daemon was interrupted before it was done; it goes on with what is written down", "coi list"));
        base.PostStop();
    }

    private void Ready()
    {
        Command<SlotProtocol.StartSession>(Start);
        Command<SlotProtocol.EndSession>(EndSession);
        Command<SlotProtocol.KeepContainer>(Keep);
        Command<SlotProtocol.PoliceContainer>(Police);
        Command<SlotProtocol.Fact>(Learn);
        Command<SlotProtocol.RestoreFrom>(RestoreFrom);
        Command<SlotProtocol.AwaitEnd>(m => AnswerWhenEnded(m.ReplyTo));
        Command<IncusGatewayProtocol.Done>(EffectEnded);
        Command<Retry>(_ => RunNextEffect());
        Command<Deadline>(EndInTime);
        Command<Nearly>(Warn);
        Command<Warned>(w =>
        {
            if (w.Failure is { } reason) _log.Info("Slot {Slot}: the session could not be warned: {Reason}", _slot, reason);
        });
    }

    private void Revive()
    {
        if (_unreadable is { } unreadable)
        {
            AwaitRestore(unreadable);
            return;
        }

        if (_state.IsTaken) _log.Info("Slot {Slot} of {Container} is back as {Phase}", _slot, _state.Spec?.Container, _state.Phase);
        WatchTime();
        Publish();
        WatchPolicy();
        var events = SlotLifecycle.Decide(_state, new Recovered(), _with.Time.GetUtcNow());
        if (events.Count > 0) Commit(events);
        else RunNextEffect();
    }

    private void Start(SlotProtocol.StartSession command)
    {
        var events = SlotLifecycle.Decide(_state, new Launch(command.Spec, command.By), _with.Time.GetUtcNow());
        if (events.Count == 0)
        {
            // The parent first: whoever tries again at once finds the slot as it is.
            Context.Parent.Tell(new SlotProtocol.Refused(_slot));
            Publish();
            command.ReplyTo.Tell(new SlotProtocol.NotStarted(new Failure(
                "slot.busy", $"slot {_slot} still holds {_state.Spec?.Container} ({_state.Phase})", "Wait until it has ended, or use another --slot")));
            return;
        }

        _starter = command.ReplyTo;
        _environment = command.Environment;
        Commit(events);
    }

    private void Learn(SlotProtocol.Fact fact)
    {
        if (fact.Basis is not null && !ReferenceEquals(fact.Basis, _state)) return;
        var events = SlotLifecycle.Decide(_state, fact.Input, _with.Time.GetUtcNow());
        // An end that seems to have come before the start: either of an earlier life, or a clock was set back. Incus knows.
        if (events.Count == 0 && _state is { Phase: SlotPhase.Running, Spec: { } spec } && fact is { Basis: null, Input: InstanceStopped or InstanceDeleted })
            Context.Parent.Tell(new WorkspaceProtocol.MissedFacts(spec.Container));
        Commit(events);
    }

    private void EndSession(SlotProtocol.EndSession command)
    {
        var events = SlotLifecycle.Decide(_state, command.Wish, _with.Time.GetUtcNow());
        if (events.Count == 0 && HasEnded)
        {
            command.ReplyTo.Tell(new SlotProtocol.Ended(command.Container));
            return;
        }

        _enders.Add(command.ReplyTo);
        Commit(events);
    }

    private void Keep(SlotProtocol.KeepContainer command)
    {
        var events = SlotLifecycle.Decide(_state, new Keep(command.By), _with.Time.GetUtcNow());
        if (events.Count > 0 || _state.Unmarked) _keepers.Add(command.ReplyTo);
        else if (_state is { Spec.Persistent: true, RemovesWhenStopped: false }) command.ReplyTo.Tell(new SlotProtocol.Kept(command.Container, Changed: false));
        else command.ReplyTo.Tell(new SlotProtocol.NotKept(command.Container, Ending(command.Container)));
        Commit(events);
    }

    private static Failure Ending(string container) =>
        new("container.ending", $"{container} is being removed; its session is kept", "Go on with it in a new container: coi shell --resume --persistent");

    private void Decide(ISlotInput input) => Commit(SlotLifecycle.Decide(_state, input, _with.Time.GetUtcNow()));

    private void Commit(IReadOnlyList<ISlotEvent> events)
    {
        var left = events.Count;
        if (left == 0) return;
        var written = new List<SlotStep>(left);
        PersistAll(events, e =>
        {
            var step = SlotStep.From(_state, e);
            _state = step.After;
            _log.Info("Slot {Slot} of {Container}: {Event}, now {Phase}", _slot, step.Spec?.Container, e.GetType().Name, _state.Phase);
            written.Add(step);
            if (--left > 0) return;
            WatchTime();
            // Told before anybody is answered: who hears that a container has ended does not find it in the list any more.
            Publish(steps: written);
            foreach (var one in written) AnswerAfter(one);
            WatchPolicy();
            RunNextEffect();
        });
    }

    private void RunNextEffect()
    {
        var effect = SlotLifecycle.NextEffect(_state);
        if (_inFlight is { } running)
        {
            if (running.Effect == effect && running.State.Stop == _state.Stop && (effect != SlotEffect.Police || running.State.Spec?.Policy == _state.Spec?.Policy)) return;
            // The state moved on: the result of what still runs does not matter any more. The gateway starts the next when it has ended.
            running.Cancellation.Cancel();
            _inFlight = null;
        }

        if (effect is not { } next || _state.Spec is not { } spec) return;
        Timers.Cancel(Retry.Instance);
        var flight = new InFlight(next, _state, new CancellationTokenSource());
        _inFlight = flight;
        _with.Gateway.Tell(new IncusGatewayProtocol.Run(spec.Container, flight, Work(next, _state), flight.Cancellation.Token));
    }

    private Func<CancellationToken, Task<object?>> Work(SlotEffect effect, SlotState state)
    {
        var progress = new ProgressTo(_starter);
        var environment = _environment;
        return async token =>
        {
            switch (effect)
            {
                case SlotEffect.Provision: return await _with.Effects.ProvisionAsync(state, progress, token).ConfigureAwait(false);
                case SlotEffect.Start: await _with.Effects.StartAsync(state, environment, progress, token).ConfigureAwait(false); break;
                case SlotEffect.Mark: await _with.Effects.MarkAsync(state, token).ConfigureAwait(false); break;
                case SlotEffect.Police: await _with.Effects.PoliceAsync(state, token).ConfigureAwait(false); break;
                case SlotEffect.Stop: await _with.Effects.StopAsync(state, token).ConfigureAwait(false); break;
                case SlotEffect.Finalise: await _with.Effects.FinaliseAsync(state, token).ConfigureAwait(false); break;
                case SlotEffect.Remove: await _with.Effects.RemoveAsync(state, token).ConfigureAwait(false); break;
                default: throw new InvalidOperationException($"{effect} cannot be carried out");
            }

            return null;
        };
    }

    private void EffectEnded(IncusGatewayProtocol.Done done)
    {
        if (_inFlight is not { } flight || !ReferenceEquals(done.Token, flight)) return;
        _inFlight = null;
        flight.Cancellation.Dispose();
        if (done.Error is { } error)
        {
            EffectFailed(flight.Effect, _with.Explain(error));
            return;
        }

        _failures = 0;
        Decide(done.Result is NetworkPlan plan ? new ProvisionDone(plan) : new EffectDone(flight.Effect));
    }

    private void EffectFailed(SlotEffect effect, Failure failure)
    {
        if (effect is SlotEffect.Provision or SlotEffect.Start)
        {
            _log.Warning("Slot {Slot}: {Effect} failed: {Reason}", _slot, effect, failure.Message);
            // Whoever waits is answered when nothing is left, which may take a while.
            _starter?.Tell(new Progress("undo", $"The start of {_state.Spec?.Container} failed; undoing it"));
            Decide(new LaunchStepFailed(failure));
            return;
        }

        // What ends a session must come to its end: it is tried again, and who waits is told after the third time.
        _failures++;
        var delay = TimeSpan.FromMilliseconds(Math.Min(30_000, 250 * Math.Pow(2, _failures)));
        _log.Warning("Slot {Slot}: {Effect} failed ({Attempt}), again in {Delay}: {Reason}", _slot, effect, _failures, delay, failure.Message);
        Timers.StartSingleTimer(Retry.Instance, Retry.Instance, delay);
        Publish(failure);
        if (_failures >= 3) AnswerAll(failure);
    }

    private sealed record InFlight(SlotEffect Effect, SlotState State, CancellationTokenSource Cancellation);

    private sealed record Retry : INotInfluenceReceiveTimeout, IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static Retry Instance { get; } = new();
    }

    private sealed class ProgressTo(IActorRef? listener) : IProgress<Progress>
    {
        public void Report(Progress value) => listener?.Tell(value);
    }
}

/// <summary>What slots need from around them.</summary>
/// <param name="Gateway">Where effects are carried out.</param>
/// <param name="Index">Who keeps the read model.</param>
/// <param name="Effects">How effects are carried out.</param>
/// <param name="Explain">Turns what an effect threw into a failure for people.</param>
/// <param name="Time">The clock.</param>
/// <param name="Allowlists">Who brings a running slot's allowlist up to date.</param>
internal sealed record SlotDependencies(
    IActorRef Gateway, IActorRef Index, ISlotEffects Effects, Func<Exception, Failure> Explain, TimeProvider Time, IAllowlistUpdater Allowlists);
