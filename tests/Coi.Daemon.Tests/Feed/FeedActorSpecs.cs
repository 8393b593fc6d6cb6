using Akka.Actor;
using Coi.Daemon.Feed;
using Coi.Daemon.Index;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Tests.Actors;
using Coi.Daemon.Tests.Slots;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.Feed;

/// <summary>The feed behind the index, as they stand in the daemon.</summary>
public sealed class FeedActorSpecs : ActorSpecs
{
    private readonly IActorRef _feed;
    private readonly IActorRef _index;

    public FeedActorSpecs()
    {
        _feed = Sys.ActorOf(Props.Create(() => new FeedActor()), "feed");
        _index = Sys.ActorOf(Props.Create(() => new IndexActor(_feed)), "index");
    }

    [Fact]
    public async Task A_reader_hears_the_state_first_and_then_all_that_is_not_in_it()
    {
        _index.Tell(ReconcilerProtocol.JournalReplayed.Instance);
        Happens(1);
        var reader = new FeedReader();
        _index.Tell(new IndexProtocol.Watch(reader));
        Happens(2);
        Happens(3);

        var heard = await ReadAsync(reader, 3);

        Assert.Equal([Launches.Spec(slot: 1).Container], Assert.IsType<IndexProtocol.Containers>(heard[0]).Entries.Select(entry => entry.State.Spec?.Container));
        Assert.Equal([2, 3], heard.Skip(1).Cast<SlotStep>().Select(step => step.Spec?.Slot));
    }

    [Fact]
    public async Task Before_the_journal_is_replayed_there_is_no_state_to_begin_with()
    {
        var reader = new FeedReader();
        _index.Tell(new IndexProtocol.Watch(reader));
        _index.Tell(new IndexProtocol.SlotChanged("slot-1", TestActor, SlotState.Initial with { Phase = SlotPhase.Running, Spec = Launches.Spec() }, null));
        _index.Tell(ReconcilerProtocol.JournalReplayed.Instance);

        Assert.Single(Assert.IsType<IndexProtocol.Containers>(Assert.Single(await ReadAsync(reader, 1))).Entries);
    }

    [Fact]
    public async Task A_reader_that_does_not_keep_up_is_dropped_and_the_others_hear_everything()
    {
        _index.Tell(ReconcilerProtocol.JournalReplayed.Instance);
        var (slow, other) = (new FeedReader(capacity: 3), new FeedReader());
        _index.Tell(new IndexProtocol.Watch(slow));
        _index.Tell(new IndexProtocol.Watch(other));
        foreach (var slot in Enumerable.Range(1, 50)) Happens(slot);

        Assert.Equal(51, (await ReadAsync(other, 51)).Count);
        // What was queued is delivered, then its stream ends.
        Assert.Equal(3, (await ReadAsync(slow, 50)).Count);
    }

    [Fact]
    public async Task A_reader_that_has_left_costs_nothing_more_and_builds_are_told_too()
    {
        _index.Tell(ReconcilerProtocol.JournalReplayed.Instance);
        var (gone, stays) = (new FeedReader(capacity: 2), new FeedReader());
        _index.Tell(new IndexProtocol.Watch(gone));
        _index.Tell(new IndexProtocol.Watch(stays));
        await ReadAsync(gone, 1);
        _feed.Tell(new FeedProtocol.Leave(gone));
        _feed.Tell(new FeedProtocol.BuildStep("coi", "Publishing the image"));

        Assert.Equal("coi", Assert.IsType<FeedProtocol.BuildStep>((await ReadAsync(stays, 2))[1]).Alias);
        Assert.True(gone.TryTell("there is room: it was told nothing"));
    }

    private void Happens(int slot)
    {
        var step = SlotStep.From(SlotState.Initial, new LaunchRequested(Launches.Spec(slot: slot), Reuses: false, Time.GetUtcNow()));
        _index.Tell(new IndexProtocol.SlotChanged($"slot-{slot}", TestActor, step.After, null, [step]));
    }

    // Until so many have come, or the stream ends.
    private static async Task<IReadOnlyList<object>> ReadAsync(FeedReader reader, int count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var heard = new List<object>();
        await foreach (var message in reader.ReadAsync(deadline.Token))
        {
            heard.Add(message);
            if (heard.Count == count) break;
        }

        return heard;
    }
}
