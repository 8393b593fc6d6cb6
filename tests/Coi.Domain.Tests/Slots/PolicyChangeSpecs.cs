using Coi.Domain.Network;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Domain.Tests.Slots;

/// <summary>Another network policy for a container that runs.</summary>
public sealed class PolicyChangeSpecs
{
    private static readonly ChangePolicy ToOpen = new(new NetworkPolicy { Mode = NetworkMode.Open });

    [Fact]
    public void It_is_put_into_force_and_then_settled()
    {
        var changed = Slot.After(Slot.In(SlotPhase.Running), ToOpen);
        Assert.Equal((NetworkMode.Open, true, SlotEffect.Police), (changed.Spec?.Policy.Mode, changed.Unpoliced, SlotLifecycle.NextEffect(changed)));
        var settled = Slot.Settle(changed);
        Assert.Equal((SlotPhase.Running, NetworkMode.Open, false), (settled.Phase, settled.Spec?.Policy.Mode, settled.Unpoliced));
    }

    [Fact]
    public void A_daemon_that_starts_again_goes_on_with_it() =>
        Assert.Equal(SlotEffect.Police, SlotLifecycle.NextEffect(Slot.After(Slot.In(SlotPhase.Running), ToOpen, new Recovered())));

    [Fact]
    public void The_same_policy_changes_nothing() =>
        Assert.Empty(Slot.Step(Slot.In(SlotPhase.Running), new ChangePolicy(Slot.Spec().Policy), Slot.Now).Events);

    [Fact]
    public void It_comes_before_what_else_is_to_be_written() =>
        Assert.Equal(SlotEffect.Police, SlotLifecycle.NextEffect(Slot.After(Slot.In(SlotPhase.Running), new Keep(), ToOpen)));

    [Theory]
    [InlineData(SlotPhase.Free)]
    [InlineData(SlotPhase.Preparing)]
    [InlineData(SlotPhase.Starting)]
    [InlineData(SlotPhase.Stopping)]
    [InlineData(SlotPhase.Stopped)]
    [InlineData(SlotPhase.Kept)]
    [InlineData(SlotPhase.Deleting)]
    public void Only_what_runs_gets_another_policy(SlotPhase phase) => Assert.Empty(Slot.Step(Slot.In(phase), ToOpen, Slot.Now).Events);

    [Fact]
    public void A_container_that_stops_meanwhile_is_kept_and_its_next_session_brings_its_own_policy()
    {
        var kept = Slot.Settle(Slot.After(Slot.In(SlotPhase.Running, persistent: true), ToOpen, Slot.Poweroff()));
        Assert.Equal((SlotPhase.Kept, false), (kept.Phase, kept.Unpoliced));
        var next = Slot.Settle(Slot.After(kept, new Launch(Slot.Spec(persistent: true, session: "s2"))));
        Assert.Equal(NetworkMode.Restricted, next.Spec?.Policy.Mode);
    }
}
