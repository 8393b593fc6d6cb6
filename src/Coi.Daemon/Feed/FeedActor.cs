using Akka.Actor;
using Coi.Domain.History;

namespace Coi.Daemon.Feed;

/// <summary>
/// Passes on to readers what happens. Each has a bounded queue of its own: one that does not keep up is dropped, told so, and comes again,
/// so that no reader costs more than its queue, and none slows anybody down.
/// </summary>
internal sealed class FeedActor : ReceiveActor
{
    private readonly HashSet<FeedReader> _readers = [];

    public FeedActor()
    {
        Receive<FeedProtocol.Join>(join =>
        {
            if (join.Reader.TryTell(join.State)) _readers.Add(join.Reader);
        });
        Receive<FeedProtocol.Leave>(leave => _readers.Remove(leave.Reader));
        Receive<FeedProtocol.Happened>(happened =>
        {
            foreach (var step in happened.Steps) Tell(step);
        });
        Receive<FeedProtocol.BuildStep>(Tell);
        Receive<IRecord>(Tell);
    }

    private void Tell(object what) => _readers.RemoveWhere(reader => !reader.TryTell(what));
}
