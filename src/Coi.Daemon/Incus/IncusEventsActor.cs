using Akka.Actor;
using Akka.Event;
using Coi.Daemon.Containers;
using Coi.Daemon.Index;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Slots;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Incus;

/// <summary>Listens to Incus' event socket: tells slots what happened to their containers, and asks for a reconciliation after every gap.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "An actor's end is PostStop; the source is disposed there.")]
internal sealed class IncusEventsActor : ReceiveActor
{
    private readonly IncusClient _incus;
    private readonly IActorRef _index;
    private readonly IActorRef _reconciler;
    private readonly IActorRef _named;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _connected;

    public IncusEventsActor(IncusClient incus, IActorRef index, IActorRef reconciler, IActorRef named)
    {
        _incus = incus;
        _index = index;
        _reconciler = reconciler;
        _named = named;
        Receive<EventStreamItem.Connected>(_ =>
        {
            _connected = true;
            _log.Info("Listening to Incus at {Socket}", _incus.SocketPath);
            _reconciler.Tell(new ReconcilerProtocol.Reconcile("the event socket is connected"));
            _named.Tell(new NamedContainersActor.Compare());
        });
        Receive<EventStreamItem.Disconnected>(Disconnected);
        Receive<EventStreamItem.EventReceived>(e => Received(e.Event));
        Receive<ToldAbout>(Tell);
        Receive<Ended>(e => throw new InvalidOperationException("the event stream of Incus ended", e.Error));
    }

    protected override void PreStart() => _ = PumpAsync(Self, _stopping.Token).PipeTo(Self, success: () => new Ended(null), failure: ex => new Ended(ex));

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task PumpAsync(IActorRef self, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in _incus.Events.FollowAsync(EventFilter.Lifecycle, cancellationToken).ConfigureAwait(false)) self.Tell(item);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The daemon stops.
        }
    }

    private void Disconnected(EventStreamItem.Disconnected item)
    {
        // Said once for each loss, not for each attempt.
        if (_connected) _log.Warning("Lost Incus' event socket: {Reason}", item.Reason);
        else _log.Debug("Incus' event socket is not there: {Reason}", item.Reason);
        _connected = false;
    }

    private void Received(IncusEvent received)
    {
        if (received.Lifecycle is not { InstanceName: { } name } lifecycle) return;
        // To its slot it is gone, under the new name it is nobody's: both are told by a comparison.
        if (lifecycle.Action == "instance-renamed") _reconciler.Tell(new ReconcilerProtocol.Reconcile($"an instance is called {name} now"));
        ISlotInput? input = lifecycle.Action switch
        {
            "instance-started" => new InstanceStarted(received.Timestamp),
            "instance-shutdown" or "instance-stopped" => new InstanceStopped(StopCause.FromInside, received.Timestamp),
            "instance-deleted" => new InstanceDeleted(received.Timestamp),
            _ => null,
        };
        if (input is null) return;
        _log.Debug("Incus: {Action} {Instance}", lifecycle.Action, name);
        _index.Ask<object>(new IndexProtocol.FindContainer(name), TimeSpan.FromSeconds(5), _stopping.Token)
            .PipeTo(Self, success: answer => new ToldAbout(answer, input), failure: ex => new ToldAbout(new IndexProtocol.Unknown(name), input));
    }

    private void Tell(ToldAbout about)
    {
        if (about.Answer is IndexProtocol.Entry entry) entry.Actor.Tell(new SlotProtocol.Fact(about.Input));
        else if (about.Answer is IndexProtocol.Unknown unknown) _named.Tell(new NamedContainersActor.Happened(unknown.Name));
    }

    private sealed record ToldAbout(object Answer, ISlotInput Input) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record Ended(Exception? Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
