using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.TestKit;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Actors;
using Coi.Daemon.Tests.Slots;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Xunit;

namespace Coi.Daemon.Tests.Workspaces;

public sealed class WorkspaceJournalSpecs() : WorkspaceBench(SlotJournalSpecs.FailingJournal)
{
    private ITestJournal Journal => TestJournal.FromRef(Persistence.Instance.Apply(Sys).JournalFor(""));

    // A slot that cannot be read does not take its commands; who asked is answered by the workspace.
    protected override bool MayBeLost(object message) => message is SlotProtocol.StartSession or SlotProtocol.Fact or SlotProtocol.AwaitEnd;

    [Fact]
    public async Task A_reservation_that_the_journal_refuses_is_answered_and_takes_no_slot()
    {
        var (workspace, asker) = (Workspace(), CreateTestProbe());
        await Journal.OnWrite.RejectOnType<SlotReserved>();
        workspace.Tell(Start(asker));
        Assert.Equal("journal.rejected", Answer<SlotProtocol.NotStarted>(asker).Failure.Code);

        await Journal.OnWrite.Pass();
        Assert.Equal(1, Run(workspace).Slot);
    }

    [Fact]
    public async Task A_reservation_that_cannot_be_written_is_answered_before_the_workspace_stops()
    {
        var (workspace, asker) = (Workspace(), CreateTestProbe());
        await Journal.OnWrite.FailOnType<SlotReserved>();
        workspace.Tell(Start(asker));
        Assert.Equal("journal.failed", Answer<SlotProtocol.NotStarted>(asker).Failure.Code);
        Parent.FishForMessage(m => m is Household.Stopped, Patience);
    }

    [Fact]
    public async Task A_launch_that_its_slot_cannot_write_down_blocks_no_slot()
    {
        var (workspace, asker) = (Workspace(), CreateTestProbe());
        await Journal.OnWrite.RejectOnType<LaunchRequested>();
        workspace.Tell(Start(asker));
        Assert.Equal("journal.rejected", Answer<SlotProtocol.NotStarted>(asker).Failure.Code);

        await Journal.OnWrite.Pass();
        AwaitAssert(() =>
        {
            // The slot starts over first; until then it counts as taken by the session.
            var next = CreateTestProbe();
            workspace.Tell(Start(next));
            Assert.IsType<SlotProtocol.Started>(next.FishForMessage(m => m is SlotProtocol.Started or SlotProtocol.NotStarted, Patience));
        });
    }

    [Fact]
    public async Task A_launch_whose_slot_cannot_be_read_is_answered()
    {
        var (workspace, asker) = (Workspace(), CreateTestProbe());
        Write($"slot-{Launches.Hash}-1", [.. Launches.Journal(SlotPhase.Kept, Time.GetUtcNow())]);
        await Journal.OnRecovery.FailOnType<ContainerKept>();
        workspace.Tell(Start(asker));
        Assert.Equal("slot.interrupted", Answer<SlotProtocol.NotStarted>(asker).Failure.Code);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_written_for_long_fails_no_slot_and_closes_no_network()
    {
        var workspace = Workspace();
        Run(workspace);
        await Journal.OnWrite.FailOnType<ContainerStopped>();
        for (var i = 0; i < 10; i++)
        {
            var slot = Watch(RevivedSlot());
            slot.Tell(new SlotProtocol.Fact(new InstanceStopped(StopCause.FromInside, Time.GetUtcNow())));
            ExpectTerminated(slot, Patience);
        }

        await Journal.OnWrite.Pass();
        RevivedSlot();
        PowerOff(1, SlotPhase.Free);
        Assert.Empty(Effects.Closed);
    }
}
