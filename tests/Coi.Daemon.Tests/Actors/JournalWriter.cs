using Akka;
using Akka.Actor;
using Akka.Persistence;

namespace Coi.Daemon.Tests.Actors;

/// <summary>Writes what an earlier daemon would have written, says <see cref="Done"/> and ends.</summary>
internal sealed class JournalWriter : ReceivePersistentActor
{
    public JournalWriter(string persistenceId, IReadOnlyList<object> events, IActorRef ear)
    {
        PersistenceId = persistenceId;
        var left = events.Count;
        Command<Write>(_ => PersistAll(events, _ =>
        {
            if (--left > 0) return;
            ear.Tell(Done.Instance);
            Context.Stop(Self);
        }));
        RecoverAny(_ => { });
    }

    public override string PersistenceId { get; }

    protected override void PreStart()
    {
        base.PreStart();
        Self.Tell(new Write());
    }

    private sealed record Write;
}
