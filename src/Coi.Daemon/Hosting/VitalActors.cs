using Akka.Actor;
using Akka.Event;

namespace Coi.Daemon.Hosting;

/// <summary>
/// Watches the actors without which the daemon would answer and do nothing. When one of them has stopped for good, the daemon ends:
/// whoever waits for it is told at once, and the next command starts a new one, which takes up everything from the journal.
/// </summary>
internal sealed class VitalActors : ReceiveActor
{
    /// <param name="actors">Those that live as long as the daemon.</param>
    /// <param name="lifetime">The daemon's life.</param>
    public VitalActors(IReadOnlyList<IActorRef> actors, DaemonLifetime lifetime)
    {
        var log = Context.GetLogger();
        foreach (var actor in actors) Context.Watch(actor);
        Receive<Terminated>(stopped =>
        {
            // When the daemon ends, all of them do.
            if (lifetime.Stopping.IsCancellationRequested) return;
            log.Error("{Actor} has stopped for good, so the daemon ends; the next command starts it again from the journal", stopped.ActorRef.Path.Name);
            lifetime.Break();
        });
    }
}
