using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.TestKit;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Actors;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.Slots;

public sealed class SlotJournalSpecs() : SlotBench(FailingJournal)
{
    internal const string FailingJournal = """
        akka.persistence.journal.plugin = "akka.persistence.journal.test"
        akka.persistence.journal.test.class = "Akka.Persistence.TestKit.TestJournal, Akka.Persistence.TestKit"
        akka.persistence.journal.test.plugin-dispatcher = "akka.actor.default-dispatcher"
        """;

    private ITestJournal Journal => TestJournal.FromRef(Persistence.Instance.Apply(Sys).JournalFor(""));

    [Fact]
    public async Task A_launch_that_the_journal_refuses_is_answered_and_the_slot_is_free_for_the_next()
    {
        var slot = Slot();
        Reaches(SlotPhase.Free);
        await Journal.OnWrite.Reject();
        slot.Tell(Start());
        Assert.Equal("journal.rejected", Answer<SlotProtocol.NotStarted>().Failure.Code);
        Parent.FishForMessage(m => m is SlotProtocol.Interrupted, Patience);
        Assert.Equal("", Effects.Story());

        await Journal.OnWrite.Pass();
        Reaches(SlotPhase.Free);
        slot.Tell(Start());
        Answer<SlotProtocol.Started>();
    }

    [Fact]
    public async Task A_launch_that_the_journal_cannot_write_is_answered_before_the_slot_stops()
    {
        var slot = Slot();
        Reaches(SlotPhase.Free);
        await Journal.OnWrite.Fail();
        slot.Tell(Start());
        Assert.Equal("journal.failed", Answer<SlotProtocol.NotStarted>().Failure.Code);
        Parent.FishForMessage(m => m is Household.Stopped, Patience);
        Assert.Equal("", Effects.Story());
    }

    [Fact]
    public async Task An_outcome_that_cannot_be_written_stops_the_slot_which_undoes_the_launch_when_it_is_back()
    {
        var start = Effects.Hold(SlotEffect.Start);
        Slot().Tell(Start());
        await start.EnteredAsync();
        await Journal.OnWrite.FailOnType<SessionStarted>();
        start.Open();
        Assert.Equal("journal.failed", Answer<SlotProtocol.NotStarted>().Failure.Code);
        Parent.FishForMessage(m => m is Household.Stopped, Patience);

        await Journal.OnWrite.Pass();
        Slot();
        Reaches(SlotPhase.Deleting);
        Reaches(SlotPhase.Free);
        Assert.Equal("Provision Start Remove", Effects.Story());
    }
}
