using Coi.Domain.Slots;
using Xunit;

namespace Coi.Domain.Tests.Slots;

public sealed class SlotNarrationSpecs
{
    private static readonly Requester Somebody = new(1000, 4711, "coi");

    private static readonly ISlotEvent[] All =
    [
        new LaunchRequested(Slot.Spec(), Reuses: false, Slot.Now, Somebody),
        new Provisioned(Slot.Network, Slot.Now),
        new SessionStarted(Slot.Now),
        new LaunchFailed(Slot.Broken, Slot.Now),
        new ContainerPersisted(Slot.Now, Somebody),
        new ContainerMarked(Slot.Now),
        new PolicyChanged(Slot.Spec().Policy, Slot.Now, Somebody),
        new PolicyApplied(Slot.Now),
        new ContainerFoundRunning(Slot.Now),
        new StopRequested(Force: true, Remove: true, 0, Slot.Now, By: Somebody),
        new ContainerStopped(StopCause.FromInside, Slot.Now),
        new SessionFinalised(Slot.Now),
        new ContainerKept(Slot.Now),
        new SlotFreed(Slot.Now),
        new ContainerAdopted(Slot.Spec(), Slot.Network, Slot.Now),
    ];

    [Fact]
    public void Every_event_is_told_in_every_state()
    {
        var family = typeof(ISlotEvent).Assembly.GetTypes().Where(type => typeof(ISlotEvent).IsAssignableFrom(type) && !type.IsInterface);
        Assert.Equal(family.Select(type => type.Name).Order(), All.Select(evt => evt.GetType().Name).Order());
        foreach (var phase in Enum.GetValues<SlotPhase>())
        {
            foreach (var evt in All)
            {
                var told = SlotNarration.Tell(SlotStep.From(Slot.In(phase), evt));
                Assert.NotEmpty(told);
                Assert.False(told.EndsWith('.'), told);
            }
        }
    }

    [Fact]
    public void Every_cause_is_told() =>
        Assert.Equal(Enum.GetValues<StopCause>().Length, Enum.GetValues<StopCause>().Select(SlotNarration.Tell).Distinct().Count());

    [Fact]
    public void What_was_asked_for_is_told_with_its_configuration_and_who_asked() => Assert.Equal(
        "a session of dummy was asked for, from image coi, network restricted, ephemeral (by uid 1000, coi, process 4711)",
        SlotNarration.Tell(SlotStep.From(SlotState.Initial, All[0])));

    [Fact]
    public void Who_asked_is_in_the_events_that_follow_from_a_wish()
    {
        Assert.Equal(Somebody, Assert.IsType<LaunchRequested>(Assert.Single(Slot.Step(SlotState.Initial, new Launch(Slot.Spec(), Somebody), Slot.Now).Events)).By);
        Assert.Equal(Somebody, Assert.IsType<StopRequested>(Assert.Single(Slot.Step(Slot.In(SlotPhase.Running), Slot.Kill with { By = Somebody }, Slot.Now).Events)).By);
        Assert.Equal(Somebody, Assert.IsType<ContainerPersisted>(Assert.Single(Slot.Step(Slot.In(SlotPhase.Running), new Keep(Somebody), Slot.Now).Events)).By);
    }
}
