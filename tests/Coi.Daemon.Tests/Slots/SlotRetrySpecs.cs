using Akka.Actor;
using Coi.Daemon.Index;
using Coi.Daemon.Slots;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.Slots;

public sealed class SlotRetrySpecs : SlotBench
{
    [Theory]
    [InlineData(SlotEffect.Stop, SlotPhase.Stopping)]
    [InlineData(SlotEffect.Finalise, SlotPhase.Stopped)]
    [InlineData(SlotEffect.Remove, SlotPhase.Deleting)]
    public void What_ends_a_session_is_tried_again_at_growing_intervals_until_it_is_done(SlotEffect effect, SlotPhase phase)
    {
        Effects.Fail(effect, times: 9);
        Slot([.. Launches.Journal(phase, Time.GetUtcNow())]);
        foreach (var seconds in new[] { 0.5, 1, 2, 4, 8, 16, 30, 30, 30 })
        {
            AwaitFailure();
            var before = Effects.Runs.Count;
            Pass(TimeSpan.FromSeconds(seconds - 0.1));
            Index.ExpectNoMsg(TimeSpan.FromMilliseconds(5));
            Assert.Equal(before, Effects.Runs.Count);
            Pass(TimeSpan.FromSeconds(0.1));
        }

        Reaches(SlotPhase.Free);
    }

    [Fact]
    public void Who_waits_for_the_end_is_told_after_the_third_failure_and_the_slot_goes_on_trying()
    {
        Effects.Fail(SlotEffect.Remove, times: 3, why: "the network is in use");
        var watcher = CreateTestProbe();
        var slot = Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);
        slot.Tell(Kill(Asker));
        slot.Tell(new SlotProtocol.AwaitEnd(watcher));
        AwaitFailure();
        Pass(TimeSpan.FromSeconds(0.5));
        AwaitFailure();
        Asker.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Pass(TimeSpan.FromSeconds(1));

        var told = Answer<SlotProtocol.NotEnded>();
        Assert.Equal((Launches.Spec().Container, "the network is in use"), (told.Container, told.Failure.Message));
        Assert.Equal(SlotPhase.Deleting, watcher.ExpectMsg<SlotProtocol.State>().Value.Phase);
        Assert.Equal("the network is in use", AwaitFailure());

        Pass(TimeSpan.FromSeconds(2));
        Reaches(SlotPhase.Free);
    }

    [Fact]
    public void A_fact_that_leads_on_ends_the_waiting()
    {
        Effects.Fail(SlotEffect.Stop);
        var slot = Slot([.. Launches.Journal(SlotPhase.Stopping, Time.GetUtcNow())]);
        AwaitFailure();
        slot.Tell(new SlotProtocol.Fact(new InstanceStopped(StopCause.FromInside, Time.GetUtcNow())));
        Reaches(SlotPhase.Free);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("Stop Finalise Remove", Effects.Story());
    }

    // The timer is set before the failure is published.
    private string? AwaitFailure() =>
        Index.FishForMessage<IndexProtocol.SlotChanged>(c => c.Failure is not null, Patience).Failure?.Message;
}
