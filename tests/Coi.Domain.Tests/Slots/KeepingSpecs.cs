using Coi.Domain.Slots;
using Xunit;

namespace Coi.Domain.Tests.Slots;

/// <summary>Containers that are made persistent while they run, and kept ones that somebody else starts.</summary>
public sealed class KeepingSpecs
{
    [Fact]
    public void A_container_that_is_made_persistent_is_marked_and_kept_when_it_stops()
    {
        var persisted = Slot.After(Slot.In(SlotPhase.Running), new Keep());
        Assert.Equal(SlotEffect.Mark, SlotLifecycle.NextEffect(persisted));
        var marked = Slot.Settle(persisted);
        Assert.Equal((SlotPhase.Running, true, false), (marked.Phase, marked.Spec?.Persistent, marked.Unmarked));
        Assert.Equal(SlotPhase.Kept, Slot.Settle(Slot.After(marked, Slot.Poweroff())).Phase);
    }

    [Fact]
    public void One_that_stops_before_its_keys_say_so_is_kept_all_the_same()
    {
        var stopped = Slot.After(Slot.In(SlotPhase.Running), new Keep(), Slot.Poweroff());
        Assert.Equal((SlotEffect.Finalise, true), (SlotLifecycle.NextEffect(stopped), stopped.Unmarked));
        var kept = Slot.Settle(stopped);
        Assert.Equal((SlotPhase.Kept, false), (kept.Phase, kept.Unmarked));
    }

    [Fact]
    public void A_launch_that_is_made_persistent_and_fails_leaves_nothing() =>
        Assert.Equal(SlotPhase.Free, Slot.Settle(Slot.After(Slot.In(SlotPhase.Starting), new Keep(), new LaunchStepFailed(Slot.Broken))).Phase);

    [Fact]
    public void The_next_session_goes_on_in_a_kept_container_that_somebody_started()
    {
        var unasked = Slot.After(Slot.In(SlotPhase.Kept), new InstanceStarted(Slot.Now));
        Assert.True(unasked.RunsUnasked);
        var running = Slot.Settle(Slot.After(unasked, new Launch(Slot.Spec(session: "s2"))));
        Assert.Equal((SlotPhase.Running, true, false), (running.Phase, running.Reused, running.RunsUnasked));
    }

    [Fact]
    public void A_launch_that_cannot_be_prepared_leaves_it_running()
    {
        var failed = Slot.Settle(Slot.After(Slot.In(SlotPhase.Kept), new InstanceStarted(Slot.Now), new Launch(Slot.Spec()), new LaunchStepFailed(Slot.Broken)));
        Assert.Equal((SlotPhase.Kept, true), (failed.Phase, failed.RunsUnasked));
    }

    [Fact]
    public void A_launch_that_fails_inside_stops_it_again_so_that_nothing_half_begun_goes_on()
    {
        var failing = Slot.After(Slot.In(SlotPhase.Kept), new InstanceStarted(Slot.Now), new Launch(Slot.Spec()), new ProvisionDone(Slot.Network), new LaunchStepFailed(Slot.Broken));
        Assert.Equal(SlotEffect.Stop, SlotLifecycle.NextEffect(failing));
        Assert.Equal((SlotPhase.Kept, false), (Slot.Settle(failing).Phase, Slot.Settle(failing).RunsUnasked));
    }

    [Fact]
    public void It_is_stopped_before_it_is_removed_and_rests_when_it_stops_by_itself()
    {
        var unasked = Slot.After(Slot.In(SlotPhase.Kept), new InstanceStarted(Slot.Now));
        Assert.Equal(SlotEffect.Stop, SlotLifecycle.NextEffect(Slot.After(unasked, Slot.Kill)));
        Assert.Equal(SlotPhase.Free, Slot.Settle(Slot.After(unasked, Slot.Kill)).Phase);
        var rests = Slot.After(unasked, Slot.Poweroff());
        Assert.Equal((SlotPhase.Kept, false), (rests.Phase, rests.RunsUnasked));
    }

    [Fact]
    public void A_kept_container_stays_what_it_was_made_from()
    {
        var state = Slot.After(Slot.In(SlotPhase.Kept), new Launch(Slot.Spec() with { Image = "another" }));
        Assert.Equal("coi", state.Spec?.Image);
    }
}
