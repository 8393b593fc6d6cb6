using Akka.Actor;
using Coi.Daemon.Slots;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.Slots;

public sealed class SlotTimeSpecs : SlotBench
{
    [Fact]
    public void A_session_that_has_lasted_as_long_as_it_may_is_ended()
    {
        Slot().Tell(Start(TimeSpan.FromHours(2)));
        Reaches(SlotPhase.Running);
        Pass(TimeSpan.FromMinutes(119));
        Index.ExpectNoMsg(TimeSpan.FromMilliseconds(20));
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(StopCause.TimeUp, Reaches(SlotPhase.Free).Cause);
        Assert.Equal("Provision Start Stop Finalise Remove", Effects.Story());
        Assert.False(Effects.Runs[2].State.Stop?.Force);
    }

    [Fact]
    public async Task It_is_warned_minutes_before()
    {
        Slot().Tell(Start(TimeSpan.FromHours(2)));
        Reaches(SlotPhase.Running);
        Pass(TimeSpan.FromMinutes(114));
        Assert.Empty(Effects.Warnings);
        Pass(TimeSpan.FromMinutes(1));
        await AwaitAssertAsync(() => Assert.Equal("coi: this session ends in 5 min (limits.max_duration)", Assert.Single(Effects.Warnings)));
    }

    [Fact]
    public async Task One_that_is_shorter_than_the_notice_is_warned_at_half_its_time()
    {
        Slot().Tell(Start(TimeSpan.FromMinutes(1)));
        Reaches(SlotPhase.Running);
        Pass(TimeSpan.FromSeconds(30));
        await AwaitAssertAsync(() => Assert.Equal("coi: this session ends in 30 s (limits.max_duration)", Assert.Single(Effects.Warnings)));
    }

    [Fact]
    public void A_daemon_that_starts_again_goes_on_counting_where_it_was()
    {
        // Started 90 minutes ago, of which the daemon was away for most.
        Slot(Journal(Time.GetUtcNow() - TimeSpan.FromMinutes(90), TimeSpan.FromHours(2)));
        Reaches(SlotPhase.Running);
        Pass(TimeSpan.FromMinutes(29));
        Index.ExpectNoMsg(TimeSpan.FromMilliseconds(20));
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(StopCause.TimeUp, Reaches(SlotPhase.Free).Cause);
    }

    [Fact]
    public void Time_that_ran_out_while_nobody_counted_is_up_at_once()
    {
        Slot(Journal(Time.GetUtcNow() - TimeSpan.FromHours(3), TimeSpan.FromHours(2)));
        Reaches(SlotPhase.Running);
        Pass(TimeSpan.FromMilliseconds(1));
        Reaches(SlotPhase.Free);
        Assert.Equal("Stop Finalise Remove", Effects.Story());
    }

    [Fact]
    public void An_end_that_is_further_away_than_a_timer_reaches_is_kept_all_the_same()
    {
        Slot(Journal(Time.GetUtcNow(), TimeSpan.FromDays(300)));
        Reaches(SlotPhase.Running);
        for (var day = 0; day < 299; day++) Pass(TimeSpan.FromDays(1));
        Index.ExpectNoMsg(TimeSpan.FromMilliseconds(20));
        Pass(TimeSpan.FromDays(1));
        Reaches(SlotPhase.Free);
    }

    [Fact]
    public void The_time_of_a_session_that_ended_before_ends_nothing_later()
    {
        var slot = Slot();
        slot.Tell(Start(TimeSpan.FromHours(1)));
        Reaches(SlotPhase.Running);
        slot.Tell(Kill(Asker));
        Reaches(SlotPhase.Free);
        slot.Tell(Start(session: "s2"));
        Reaches(SlotPhase.Running);
        Pass(TimeSpan.FromHours(5));
        Index.ExpectNoMsg(TimeSpan.FromMilliseconds(20));
    }

    private SlotProtocol.StartSession Start(TimeSpan duration) =>
        new(Launches.Spec() with { Limits = new ContainerLimits { MaxDuration = duration } }, new Dictionary<string, string>(), Asker);

    private static ISlotEvent[] Journal(DateTimeOffset at, TimeSpan duration)
    {
        var spec = Launches.Spec() with { Limits = new ContainerLimits { MaxDuration = duration } };
        return [new LaunchRequested(spec, false, at), new Provisioned(Launches.Plan(spec.Container), at), new SessionStarted(at, at + duration)];
    }
}
