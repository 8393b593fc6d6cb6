using Akka.Actor;
using Akka.Event;
using Coi.Daemon.Journal;
using Coi.Domain.Slots;

namespace Coi.Daemon.Slots;

// What becomes of the slot when its journal cannot be written or read.
internal sealed partial class SlotActor
{
    private UnreadableEvent? _unreadable;

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        AnswerAll(new Failure("journal.rejected", $"the journal did not take {@event.GetType().Name}: {cause.Message}", "coi daemon logs"));
        // State and journal must agree again: start over from what was written.
        throw new InvalidOperationException("the journal rejected an event", cause);
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        var failure = JournalHealth.Failed(cause);
        AnswerAll(failure);
        Context.Parent.Tell(new SlotProtocol.JournalFailed(_slot, failure));
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        // Without a message it is the journal that failed, not what it holds.
        if (message is null) Context.Parent.Tell(new SlotProtocol.JournalFailed(_slot, new Failure("journal.unreadable", $"the journal cannot be read: {reason.Message}", "coi daemon logs")));
        base.OnRecoveryFailure(reason, message);
    }

    // What is not known is not acted upon: nothing but the way out is taken.
    private void AwaitRestore(UnreadableEvent unreadable)
    {
        var failure = new Failure("journal.event", $"an event of its journal cannot be read ({unreadable.Manifest}: {unreadable.Why})");
        _log.Error("Slot {Slot}: {Reason}", _slot, failure.Message);
        Context.Parent.Tell(new SlotProtocol.Unreadable(_slot, _state, failure));
        Become(() =>
        {
            Command<SlotProtocol.RestoreFrom>(restore =>
            {
                _unreadable = null;
                Become(Ready);
                RestoreFrom(restore);
            });
            Command<SlotProtocol.IRequest>(r => r.ReplyTo.Tell(r.Refusal(failure)));
            CommandAny(_ => { });
        });
    }

    private void RestoreFrom(SlotProtocol.RestoreFrom restore)
    {
        var now = _with.Time.GetUtcNow();
        var events = SlotLifecycle.Decide(_state, restore.Found, now).ToList();
        events.AddRange(SlotLifecycle.Decide(events.Aggregate(_state, SlotLifecycle.Apply), restore.Observed, now));
        Commit(events);
    }
}
