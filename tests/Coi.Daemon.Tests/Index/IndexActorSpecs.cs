using Akka.Actor;
using Akka.TestKit;
using Coi.Daemon.Index;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Tests.Actors;
using Coi.Daemon.Tests.Slots;
using Coi.Domain.Slots;
using Xunit;
using Failure = Coi.Domain.Failure;

namespace Coi.Daemon.Tests.Index;

public sealed class IndexActorSpecs : ActorSpecs
{
    private readonly IActorRef _index;
    private readonly TestProbe _feed;

    public IndexActorSpecs()
    {
        _feed = CreateTestProbe("feed");
        _index = Sys.ActorOf(Props.Create(() => new IndexActor(_feed)));
    }

    [Fact]
    public void Questions_wait_until_the_journal_is_replayed()
    {
        _index.Tell(IndexProtocol.ListContainers.Instance, TestActor);
        _index.Tell(new IndexProtocol.FindContainer(Container(1)), TestActor);
        Slot(1, Running(1));
        ExpectNoMsg(50);

        _index.Tell(ReconcilerProtocol.JournalReplayed.Instance);

        Assert.Equal([Container(1)], Names(ExpectMsg<IndexProtocol.Containers>()));
        Assert.Equal(SlotPhase.Running, ExpectMsg<IndexProtocol.Entry>().State.Phase);
    }

    [Fact]
    public void What_slots_said_last_counts_ordered_by_name()
    {
        Replayed();
        Slot(2, Running(2));
        Slot(1, Running(1));
        Slot(2, Running(2) with { Phase = SlotPhase.Stopping }, new Failure("incus.silent", "nobody answers"));

        var entries = List().Entries;

        Assert.Equal([Container(1), Container(2)], entries.Select(entry => entry.State.Spec?.Container));
        Assert.Equal((SlotPhase.Stopping, "incus.silent"), (entries[1].State.Phase, entries[1].Failure?.Code));
        Assert.Equal(TestActor, entries[1].Actor);
    }

    [Fact]
    public void A_container_that_has_ended_is_remembered_as_past_and_not_listed()
    {
        Replayed();
        Slot(1, Running(1));
        Slot(1, SlotState.Initial with { Cause = StopCause.FromInside });

        Assert.Empty(List().Entries);
        Assert.Equal(new IndexProtocol.Past(Container(1), "s1", StopCause.FromInside), Find(Container(1)));
        Assert.Equal(new IndexProtocol.Unknown("coi-never-1"), Find("coi-never-1"));

        Slot(1, Running(1));
        Assert.IsType<IndexProtocol.Entry>(Find(Container(1)));
    }

    [Fact]
    public void A_free_slot_that_is_revived_leaves_no_trace()
    {
        Replayed();
        Slot(1, SlotState.Initial);

        Assert.Empty(List().Entries);
        Assert.IsType<IndexProtocol.Unknown>(Find(Container(1)));
    }

    [Fact]
    public void Of_the_past_so_much_is_remembered_and_no_more()
    {
        Replayed();
        foreach (var n in Enumerable.Range(1, 300))
        {
            Slot(n, Running(n));
            Slot(n, SlotState.Initial);
        }

        Assert.IsType<IndexProtocol.Unknown>(Find(Container(1)));
        Assert.IsType<IndexProtocol.Past>(Find(Container(300)));
        Assert.IsType<IndexProtocol.Past>(Find(Container(45)));
        Assert.IsType<IndexProtocol.Unknown>(Find(Container(44)));
    }

    private static string Container(int slot) => Launches.Spec(slot: slot).Container;

    private static SlotState Running(int slot) => SlotState.Initial with { Phase = SlotPhase.Running, Spec = Launches.Spec(slot: slot) };

    private static IEnumerable<string?> Names(IndexProtocol.Containers containers) => containers.Entries.Select(entry => entry.State.Spec?.Container);

    private void Replayed() => _index.Tell(ReconcilerProtocol.JournalReplayed.Instance);

    private void Slot(int slot, SlotState state, Failure? failure = null) => _index.Tell(new IndexProtocol.SlotChanged($"slot-{slot}", TestActor, state, failure));

    private IndexProtocol.Containers List()
    {
        _index.Tell(IndexProtocol.ListContainers.Instance, TestActor);
        return ExpectMsg<IndexProtocol.Containers>();
    }

    private IndexProtocol.ILookup Find(string name)
    {
        _index.Tell(new IndexProtocol.FindContainer(name), TestActor);
        return ExpectMsg<IndexProtocol.ILookup>();
    }
}
