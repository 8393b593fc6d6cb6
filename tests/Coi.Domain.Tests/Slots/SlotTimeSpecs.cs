using Coi.Domain.Slots;
using Xunit;

namespace Coi.Domain.Tests.Slots;

public sealed class SlotTimeSpecs
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void The_time_runs_from_the_moment_in_which_the_tool_starts()
    {
        Assert.Equal(Slot.Start + Hour, Running().EndsAt);
        Assert.Null(Slot.In(SlotPhase.Running).EndsAt);
    }

    [Fact]
    public void When_the_time_is_up_the_session_is_ended_cleanly_and_the_cause_is_on_record()
    {
        var state = Running();
        var (stopping, events) = Slot.Step(state, new TimeIsUp(Slot.Start + Hour), Slot.Start + Hour);
        Assert.Equal(SlotPhase.Stopping, stopping.Phase);
        var stop = Assert.IsType<StopRequested>(Assert.Single(events));
        Assert.Equal((false, false, StopCause.TimeUp), (stop.Force, stop.Remove, stop.Cause));
        Assert.Equal(StopCause.TimeUp, Slot.Step(stopping, new EffectDone(SlotEffect.Stop), Slot.Now).State.Cause);
        Assert.Equal(StopCause.TimeUp, Slot.Step(stopping, Slot.Poweroff(), Slot.Now).State.Cause);
        Assert.Equal((SlotPhase.Free, StopCause.TimeUp), (Slot.Settle(stopping).Phase, Slot.Settle(stopping).Cause));
    }

    [Fact]
    public void A_kept_container_is_kept_when_the_time_is_up_and_has_its_time_anew_in_the_next_session()
    {
        var kept = Slot.Settle(Slot.Step(Running(persistent: true), new TimeIsUp(Slot.Start + Hour), Slot.Start + Hour).State);
        Assert.Equal((SlotPhase.Kept, StopCause.TimeUp, null), (kept.Phase, kept.Cause, kept.EndsAt));
        var again = Slot.After(kept, new Launch(Spec(persistent: true)), new ProvisionDone(Slot.Network), new EffectDone(SlotEffect.Start));
        Assert.Equal((Slot.Start + Hour, null), (again.EndsAt, again.Cause));
    }

    [Fact]
    public void Impatience_does_not_change_the_cause()
    {
        var stopping = Slot.Step(Running(), new TimeIsUp(Slot.Start + Hour), Slot.Start + Hour).State;
        var forced = Slot.Step(stopping, Slot.Kill, Slot.Start + Hour).State;
        Assert.Equal((true, StopCause.TimeUp), (forced.Stop?.Force, forced.Stop?.Cause));
    }

    [Fact]
    public void A_moment_too_early_of_another_launch_or_in_another_phase_says_nothing()
    {
        var up = new TimeIsUp(Slot.Start + Hour);
        Assert.Empty(SlotLifecycle.Decide(Running(), up, Slot.Start + Hour - TimeSpan.FromTicks(1)));
        Assert.Empty(SlotLifecycle.Decide(Running(), new TimeIsUp(Slot.Start), Slot.Start + Hour));
        Assert.Empty(SlotLifecycle.Decide(Slot.In(SlotPhase.Running), up, Slot.Start + Hour));
        foreach (var phase in Enum.GetValues<SlotPhase>().Where(p => p != SlotPhase.Running))
            Assert.Empty(SlotLifecycle.Decide(Slot.In(phase) with { EndsAt = Slot.Start + Hour }, up, Slot.Start + Hour));
    }

    [Fact]
    public void A_container_that_is_taken_over_keeps_what_is_left_of_its_time()
    {
        var adopted = Slot.Step(SlotState.Initial, new Adopt(Spec(), Slot.Network, Slot.Start), Slot.Now).State;
        Assert.Equal(Slot.Start + Hour, adopted.EndsAt);
    }

    private static LaunchSpec Spec(bool persistent = false) => Slot.Spec(persistent) with { Limits = new ContainerLimits { MaxDuration = Hour } };

    private static SlotState Running(bool persistent = false) =>
        Slot.After(SlotState.Initial, new Launch(Spec(persistent)), new ProvisionDone(Slot.Network), new EffectDone(SlotEffect.Start));
}
