using Akka.Actor;
using Akka.Event;
using Akka.Pattern;
using Akka.Persistence;
using Coi.Daemon.Api;
using Coi.Daemon.Feed;
using Coi.Domain.History;

namespace Coi.Daemon.History;

/// <summary>Tells what happens to builds and to containers launched by name to those who follow, and writes it down for the history. Keeps no state.</summary>
internal sealed class RecordsActor : ReceivePersistentActor
{
    /// <summary>The stream of the journal.</summary>
    public const string Id = "records";

    private readonly IActorRef _feed;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public RecordsActor(IActorRef feed, JournalHistory history, TimeProvider time)
    {
        _feed = feed;
        Command<FeedProtocol.BuildStep>(feed.Tell);
        Command<FeedProtocol.Built>(b => Add(new BuildRecorded(b.Alias, b.Event, b.Text, time.GetUtcNow(), b.Problem?.ToFailure(), b.By)));
        Command<FeedProtocol.Changed>(c => Add(new ContainerRecorded(c.Container, c.Event, c.Text, time.GetUtcNow(), c.Image, c.Network, c.By)));
        // What an earlier daemon began and did not bring to its end.
        Recover<RecoveryCompleted>(_ =>
        {
            foreach (var alias in history.OpenBuilds())
                Add(new BuildRecorded(alias, BuildRecorded.Failed, $"the build of image {alias} broke off: the daemon had ended", time.GetUtcNow()));
        });
    }

    /// <summary>Comes again when the journal could not be written; what happens meanwhile is told, not kept.</summary>
    public static Props Props(IActorRef feed, JournalHistory history, TimeProvider time) => BackoffSupervisor.Props(Backoff.OnStop(
        Akka.Actor.Props.Create(() => new RecordsActor(feed, history, time)), "writer", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), 0.2, -1));

    public override string PersistenceId => Id;

    // Nothing follows from what was written.
    public override Recovery Recovery => Recovery.None;

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _log.Warning("Not in the history, because the journal could not be written: {Text} ({Reason})", ((IRecord)@event).Text, cause.Message);

    private void Add(IRecord record)
    {
        _feed.Tell(record);
        Persist(record, _ => { });
    }
}
