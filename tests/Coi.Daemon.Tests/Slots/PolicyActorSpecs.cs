using Akka.Actor;
using Coi.Daemon.Slots;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.Slots;

public sealed class PolicyActorSpecs : SlotBench
{
    private static readonly NetworkPolicy Before = Launches.Spec().Policy;
    private static readonly NetworkPolicy Open = new() { Mode = NetworkMode.Open };
    private static readonly NetworkPolicy Listed = new() { Mode = NetworkMode.Allowlist, AllowedDomains = ["198.51.100.1"] };

    private static SlotProtocol.PoliceContainer Change(NetworkPolicy to, IActorRef replyTo, NetworkPolicy? from = null) => new(Launches.Spec().Container, from ?? Before, to, replyTo);

    [Fact]
    public void It_is_answered_when_it_is_in_force_and_not_before()
    {
        var police = Effects.Hold(SlotEffect.Police);
        var slot = Running();
        var asker = CreateTestProbe();
        slot.Tell(Change(Open, asker));
        asker.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        police.Open();
        Assert.True(asker.ExpectMsg<SlotProtocol.Policed>().Changed);
        Assert.Equal(Open, Assert.Single(Effects.Runs).State.Spec?.Policy);
        slot.Tell(Change(Open, asker, Open));
        Assert.False(asker.ExpectMsg<SlotProtocol.Policed>().Changed);
    }

    [Fact]
    public async Task A_second_change_takes_the_place_of_one_that_is_under_way()
    {
        var first = Effects.Hold(SlotEffect.Police);
        var slot = Running();
        var (one, other) = (CreateTestProbe(), CreateTestProbe());
        slot.Tell(Change(Open, one));
        await first.EnteredAsync();
        slot.Tell(Change(Listed, other, Open));
        first.Open();
        one.ExpectMsg<SlotProtocol.Policed>();
        other.ExpectMsg<SlotProtocol.Policed>();
        Assert.Equal([Open, Listed], Effects.Runs.Select(run => run.State.Spec?.Policy));
    }

    [Fact]
    public void What_was_made_of_a_policy_that_is_no_longer_in_force_is_refused()
    {
        var slot = Running();
        var asker = CreateTestProbe();
        slot.Tell(Change(Listed, asker, from: Open));
        Assert.Equal("network.changed", asker.ExpectMsg<SlotProtocol.NotPoliced>().Failure.Code);
        Assert.Equal("", Effects.Story());
    }

    [Fact]
    public void A_daemon_that_died_meanwhile_puts_it_into_force_when_it_is_back()
    {
        Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow()), new PolicyChanged(Open, Time.GetUtcNow())]);
        AwaitAssert(() => Assert.Equal("Police", Effects.Story()), Patience);
    }

    [Fact]
    public async Task Who_waits_is_told_when_the_container_stops_before()
    {
        var police = Effects.Hold(SlotEffect.Police);
        var slot = Running();
        var asker = CreateTestProbe();
        slot.Tell(Change(Open, asker));
        await police.EnteredAsync();
        slot.Tell(new SlotProtocol.Fact(new InstanceStopped(StopCause.FromInside, Time.GetUtcNow())));
        Assert.Equal("network.not_running", asker.ExpectMsg<SlotProtocol.NotPoliced>().Failure.Code);
        police.Open();
        Reaches(SlotPhase.Free);
    }

    [Fact]
    public void What_fails_is_tried_again_and_told_after_the_third_time()
    {
        Effects.Fail(SlotEffect.Police, times: 3, why: "Incus is away");
        var slot = Running();
        var asker = CreateTestProbe();
        slot.Tell(Change(Open, asker));
        AwaitAssert(() =>
        {
            Pass(TimeSpan.FromSeconds(1));
            Assert.True(Effects.Runs.Count >= 4);
        }, Patience);
        Assert.Equal("Incus is away", asker.ExpectMsg<SlotProtocol.NotPoliced>().Failure.Message);
    }

    [Fact]
    public void A_kept_container_has_none_to_change()
    {
        var slot = Slot([.. Launches.Journal(SlotPhase.Kept, Time.GetUtcNow())]);
        var asker = CreateTestProbe();
        slot.Tell(Change(Open, asker));
        Assert.Contains("the next session in it", asker.ExpectMsg<SlotProtocol.NotPoliced>().Failure.Message, StringComparison.Ordinal);
    }

    private IActorRef Running() => Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);
}
