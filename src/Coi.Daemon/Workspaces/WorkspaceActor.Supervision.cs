using Akka.Actor;
using Akka.Event;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Slots;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Workspaces;

// What becomes of slots that break: they are revived with growing delays, and after the limit left alone with their network closed.
internal sealed partial class WorkspaceActor
{
    private const int MostFalls = 5;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ClosingAgain = TimeSpan.FromSeconds(10);

    // A slot that has lived so long stands on its feet again.
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(10);

    private readonly Dictionary<int, Falls> _falls = [];
    private readonly Dictionary<int, Failure> _causes = [];
    private readonly Dictionary<int, SlotState> _lastSaid = [];
    private readonly HashSet<int> _restoring = [];
    private readonly HashSet<int> _journalFailed = [];

    // A slot that throws is stopped, and revived from its journal by whoever hears of its end: an immediate restart would run into the same again.
    protected override SupervisorStrategy SupervisorStrategy() => new Telling((child, cause) =>
    {
        if (SlotOf(child) is { } slot) _causes[slot] = new Failure("slot.broke", $"{cause.GetType().Name}: {cause.Message}");
    });

    private void Supervise()
    {
        Command<WorkspaceProtocol.MissedFacts>(m => Context.Parent.Forward(m));
        Command<SlotProtocol.JournalFailed>(j => _journalFailed.Add(j.Slot));
        Command<SlotProtocol.Unreadable>(u =>
        {
            _lastSaid[u.Slot] = u.Value;
            if (!_restoring.Contains(u.Slot) && !IsFailed(u.Slot)) Fail(u.Slot, u.Failure);
        });
        Command<WorkspaceProtocol.RecoverSlot>(Recover);
        Command<IncusGatewayProtocol.Done>(done =>
        {
            if (done.Token is Closing closing) Closed(closing, done.Error);
            else if (done.Token is Restoring restoring) Restored(restoring, done);
        });
        Command<CloseAgain>(again => Close(again.Slot));

        // In place of the slot that failed, which the index names this actor for.
        Command<SlotProtocol.IRequest>(r => r.ReplyTo.Tell(r.Refusal(FailureOf(r.Container))));
        Command<SlotProtocol.AwaitEnd>(m => m.ReplyTo.Tell(new SlotProtocol.State(0, SlotState.Initial)));
        Command<SlotProtocol.Fact>(_ => { });
    }

    private bool IsFailed(int slot) => _state.Slots.GetValueOrDefault(slot)?.Failed is not null;

    private void ReviveOrFail(int slot)
    {
        _missedFacts.Add(slot);
        var now = _with.Time.GetUtcNow();
        var before = _falls.GetValueOrDefault(slot);
        var falls = before is null || now - before.Last > Steady ? new Falls(1, now) : new Falls(before.Count + 1, now);
        var cause = _causes.Remove(slot, out var known) ? known : new Failure("slot.broke", "it stopped without a word");
        // A journal that cannot be written is nobody's fault here: it is tried until it can, and nothing is closed for it.
        var forgiven = _journalFailed.Remove(slot);
        _falls[slot] = falls;
        if (!forgiven && falls.Count > MostFalls)
        {
            Fail(slot, cause with { Message = $"it broke {falls.Count} times in a row, the last time with {cause.Message}" });
            return;
        }

        if (falls.Count == 1)
        {
            _log.Warning("Slot {Slot} stopped unexpectedly ({Reason}); it is revived", slot, cause.Message);
            SlotActorFor(slot);
            return;
        }

        var delay = TimeSpan.FromSeconds(Math.Min(LongestDelay.TotalSeconds, Math.Pow(2, falls.Count - 2)));
        _log.Warning("Slot {Slot} stopped unexpectedly ({Reason}); it is revived in {Delay}", slot, cause.Message, delay);
        Timers.StartSingleTimer(new ReviveSlot(slot), new ReviveSlot(slot), delay);
    }

    private void Fail(int slot, Failure cause)
    {
        if (!_state.Slots.TryGetValue(slot, out var use)) return;
        var failure = cause with { Code = SlotProtocol.FailedCode, Hint = $"coi recover {use.Container}" };
        _log.Error("Slot {Slot} of {Container} has failed and is left alone: {Reason}", slot, use.Container, failure.Message);
        Persist(new SlotFailed(slot, use.Container, use.SessionId, failure, _with.Time.GetUtcNow()), e =>
        {
            _state = SlotAllocation.Apply(_state, e);
            _falls.Remove(slot);
            GiveUp(slot);
            Back(slot);
            LeaveAlone(slot, e);
        });
    }

    private void LeaveAlone(int slot, SlotFailed? justNow = null)
    {
        if (!_state.Slots.TryGetValue(slot, out var use) || use.Failed is not { } failure) return;
        var state = _lastSaid.GetValueOrDefault(slot) is { Spec: not null } said ? said : Stub(slot, use);
        _with.Index.Tell(new IndexProtocol.SlotChanged($"slot-{_hash}-{slot}", Self, state, failure, justNow is null ? null : [SlotStep.About(state, justNow)]));
        Close(slot);
    }

    private void Close(int slot)
    {
        if (!_state.Slots.TryGetValue(slot, out var use) || use.Failed is null) return;
        _with.Gateway.Tell(new IncusGatewayProtocol.Run(use.Container, new Closing(slot), Work, CancellationToken.None));

        async Task<object?> Work(CancellationToken token)
        {
            await _with.Effects.CloseAsync(use.Container, token).ConfigureAwait(false);
            return null;
        }
    }

    private void Closed(Closing closing, Exception? error)
    {
        if (error is null) return;
        _log.Error("The network of failed slot {Slot} could not be closed, again in {Delay}: {Reason}", closing.Slot, ClosingAgain, _with.Explain(error).Message);
        Timers.StartSingleTimer(new CloseAgain(closing.Slot), new CloseAgain(closing.Slot), ClosingAgain);
    }

    private void Recover(WorkspaceProtocol.RecoverSlot command)
    {
        var (slot, use) = _state.Slots.FirstOrDefault(s => s.Value.Container == command.Container && s.Value.Failed is not null);
        if (use is null)
        {
            command.ReplyTo.Tell(new WorkspaceProtocol.SlotRecovery(command.Container, new Failure(
                "slot.sound", $"{command.Container} has not failed, so there is nothing to recover", $"coi why {command.Container}")));
            return;
        }

        _with.Gateway.Tell(new IncusGatewayProtocol.Run(
            use.Container, new Restoring(slot, command), async token => await _with.Effects.RestoreAsync(use.Container, token).ConfigureAwait(false), CancellationToken.None));
    }

    private void Restored(Restoring restoring, IncusGatewayProtocol.Done done)
    {
        var (slot, command) = (restoring.Slot, restoring.Command);
        if (done.Error is { } error)
        {
            command.ReplyTo.Tell(new WorkspaceProtocol.SlotRecovery(command.Container, _with.Explain(error)));
            Close(slot);
            return;
        }

        if (done.Result is not SlotProtocol.RestoreFrom found || !IsFailed(slot) || _state.Slots[slot] is not { } use) return;
        Timers.Cancel(new CloseAgain(slot));
        Persist(new SlotRecovered(slot, use.Container, use.SessionId, _with.Time.GetUtcNow(), command.By), e =>
        {
            _state = SlotAllocation.Apply(_state, e);
            _restoring.Add(slot);
            _missedFacts.Add(slot);
            SlotActorFor(slot).Tell(found);
            command.ReplyTo.Tell(new WorkspaceProtocol.SlotRecovery(use.Container, null, found.Observed.Exists));
        });
    }

    private Failure FailureOf(string container) =>
        _state.Slots.Values.FirstOrDefault(use => use.Container == container)?.Failed
        ?? new Failure("slot.interrupted", $"the slot of {container} is just being revived", "Try again");

    // What is listed of a slot of whom nothing else could be read.
    private static SlotState Stub(int slot, SlotUse use) => SlotState.Initial with
    {
        Phase = SlotPhase.Running,
        Spec = new LaunchSpec
        {
            Container = use.Container,
            Slot = slot,
            Workspace = "",
            SessionId = use.SessionId,
            Tool = "",
            Persistent = true,
            Resumed = false,
            Image = "",
            Command = [],
            State = [],
            Uid = 0,
            Gid = 0,
            Policy = new Domain.Network.NetworkPolicy { Mode = Domain.Network.NetworkMode.Restricted },
            SubnetPool = "",
        },
    };

    private static int? SlotOf(IActorRef child) => int.TryParse(child.Path.Name.AsSpan("slot-".Length), out var slot) ? slot : null;

    private sealed record Falls(int Count, DateTimeOffset Last);

    private sealed record Closing(int Slot);

    private sealed record Restoring(int Slot, WorkspaceProtocol.RecoverSlot Command);

    private sealed record CloseAgain(int Slot) : INotInfluenceReceiveTimeout, IDeadLetterSuppression, INoSerializationVerificationNeeded;

    // Akka's strategies do not say which child it was.
    private sealed class Telling(Action<IActorRef, Exception> tell) : OneForOneStrategy(_ => Directive.Stop)
    {
        protected override Directive Handle(IActorRef child, Exception exception)
        {
            tell(child, exception);
            return base.Handle(child, exception);
        }
    }
}
