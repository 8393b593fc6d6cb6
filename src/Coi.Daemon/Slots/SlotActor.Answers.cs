using Akka.Actor;
using Coi.Daemon.Index;
using Coi.Domain.Slots;

namespace Coi.Daemon.Slots;

// Who waits for what, and when they are told.
internal sealed partial class SlotActor
{
    private readonly List<IActorRef> _enders = [];
    private readonly List<IActorRef> _keepers = [];
    private readonly List<IActorRef> _policers = [];
    private readonly List<IActorRef> _watchers = [];
    private IActorRef? _starter;
    private IReadOnlyDictionary<string, string> _environment = new Dictionary<string, string>();
    private int _failures;

    private bool HasEnded => _state.Phase is SlotPhase.Free or SlotPhase.Kept;

    private void AnswerWhenEnded(IActorRef asker)
    {
        if (HasEnded) asker.Tell(new SlotProtocol.State(_slot, _state));
        else _watchers.Add(asker);
    }

    private void AnswerAfter(SlotStep step)
    {
        var (evt, before) = (step.Event, step.Before);
        switch (evt)
        {
            case SessionStarted:
                _starter?.Tell(new SlotProtocol.Started(_state));
                _starter = null;
                _environment = new Dictionary<string, string>();
                break;
            case ContainerMarked:
                Drain(_keepers, new SlotProtocol.Kept(_state.Spec?.Container ?? "", Changed: true));
                break;
            case PolicyApplied:
                Drain(_policers, new SlotProtocol.Policed(_state.Spec?.Container ?? "", Changed: true));
                break;
            case ContainerStopped:
                Drain(_policers, new SlotProtocol.NotPoliced(before.Spec?.Container ?? "", NotRunning(before)));
                break;
            case SlotFreed or ContainerKept:
                var container = before.Spec?.Container ?? "";
                // A launch that failed is answered when nothing is left of it.
                if (before.Failure is { } failure) _starter?.Tell(new SlotProtocol.NotStarted(failure));
                _starter = null;
                _environment = new Dictionary<string, string>();
                Drain(_enders, new SlotProtocol.Ended(container));
                Drain(_keepers, evt is ContainerKept ? new SlotProtocol.Kept(container, Changed: true) : new SlotProtocol.NotKept(container, Ending(container)));
                break;
        }

        if (HasEnded) Drain(_watchers, new SlotProtocol.State(_slot, _state));
    }

    private void AnswerAll(Failure failure)
    {
        _starter?.Tell(new SlotProtocol.NotStarted(_state.Failure ?? failure));
        _starter = null;
        Drain(_enders, new SlotProtocol.NotEnded(_state.Spec?.Container ?? "", failure));
        Drain(_keepers, new SlotProtocol.NotKept(_state.Spec?.Container ?? "", failure));
        Drain(_policers, new SlotProtocol.NotPoliced(_state.Spec?.Container ?? "", failure));
        Drain(_watchers, new SlotProtocol.State(_slot, _state));
    }

    private void Publish(Failure? failure = null, IReadOnlyList<SlotStep>? steps = null)
    {
        // The index first: whoever hears of the change from the parent finds it there.
        _with.Index.Tell(new IndexProtocol.SlotChanged(PersistenceId, Self, _state, failure, steps));
        Context.Parent.Tell(new SlotProtocol.State(_slot, _state));
    }

    private static void Drain(List<IActorRef> waiting, object answer)
    {
        foreach (var one in waiting) one.Tell(answer);
        waiting.Clear();
    }
}
