using Akka.Actor;
using Coi.Daemon.Slots;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.Slots;

public sealed class KeepingActorSpecs : SlotBench
{
    private static SlotProtocol.KeepContainer Keep(IActorRef replyTo) => new(Launches.Spec().Container, replyTo);

    [Fact]
    public void A_running_container_is_marked_before_it_is_said_to_be_kept()
    {
        var mark = Effects.Hold(SlotEffect.Mark);
        var slot = Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);
        var keeper = CreateTestProbe();
        slot.Tell(Keep(keeper));
        keeper.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        mark.Open();
        Assert.True(keeper.ExpectMsg<SlotProtocol.Kept>().Changed);
        slot.Tell(Keep(keeper));
        Assert.False(keeper.ExpectMsg<SlotProtocol.Kept>().Changed);
        Assert.Equal("Mark", Effects.Story());
    }

    [Fact]
    public async Task One_that_stops_while_it_is_marked_is_kept()
    {
        var mark = Effects.Hold(SlotEffect.Mark);
        var slot = Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);
        var keeper = CreateTestProbe();
        slot.Tell(Keep(keeper));
        await mark.EnteredAsync();
        slot.Tell(new SlotProtocol.Fact(new InstanceStopped(StopCause.FromInside, Time.GetUtcNow())));
        mark.Open();
        Assert.True(keeper.ExpectMsg<SlotProtocol.Kept>().Changed);
        Assert.Equal(SlotPhase.Kept, Reaches(SlotPhase.Kept).Phase);
    }

    [Fact]
    public void A_daemon_that_died_before_it_had_marked_it_does_so_when_it_is_back()
    {
        Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow()), new ContainerPersisted(Time.GetUtcNow())]);
        AwaitAssert(() => Assert.Equal("Mark", Effects.Story()), Patience);
    }

    [Fact]
    public async Task One_that_is_being_removed_is_not_kept()
    {
        var removal = Effects.Hold(SlotEffect.Remove);
        var slot = Slot([.. Launches.Journal(SlotPhase.Deleting, Time.GetUtcNow())]);
        await removal.EnteredAsync();
        var keeper = CreateTestProbe();
        slot.Tell(Keep(keeper));
        Assert.Equal("container.ending", keeper.ExpectMsg<SlotProtocol.NotKept>().Failure.Code);
        removal.Open();
    }

    [Fact]
    public void A_launch_that_is_to_be_kept_and_fails_is_answered()
    {
        var provision = Effects.Hold(SlotEffect.Provision);
        Effects.Fail(SlotEffect.Start, why: "no tmux");
        var slot = Slot();
        slot.Tell(Start());
        Reaches(SlotPhase.Preparing);
        var keeper = CreateTestProbe();
        slot.Tell(Keep(keeper));
        provision.Open();
        Assert.Equal("no tmux", Answer<SlotProtocol.NotStarted>().Failure.Message);
        keeper.ExpectMsg<SlotProtocol.NotKept>();
    }
}
