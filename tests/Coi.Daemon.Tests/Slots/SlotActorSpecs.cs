using Akka.Actor;
using Coi.Contracts;
using Coi.Daemon.Index;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Actors;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.Slots;

public sealed class SlotActorSpecs : SlotBench
{
    [Fact]
    public void A_launch_prepares_starts_and_tells_who_asked()
    {
        Slot().Tell(Start());
        Asker.ExpectMsg<Progress>();
        Assert.Equal(SlotPhase.Running, Answer<SlotProtocol.Started>().Value.Phase);
        Assert.Equal("Provision Start", Effects.Story());
        Assert.Equal("s3cr3t", Effects.Environment?["SECRET"]);
        Assert.Equal(
            [SlotPhase.Free, SlotPhase.Preparing, SlotPhase.Starting, SlotPhase.Running],
            Enumerable.Range(0, 4).Select(_ => Index.ExpectMsg<IndexProtocol.SlotChanged>().State.Phase));
    }

    [Theory]
    [InlineData(SlotEffect.Provision, "Provision Remove")]
    [InlineData(SlotEffect.Start, "Provision Start Remove")]
    public void A_launch_that_fails_is_answered_with_the_reason_when_nothing_is_left_of_it(SlotEffect failing, string story)
    {
        Effects.Fail(failing, why: "no space left");
        var removal = Effects.Hold(SlotEffect.Remove);
        Slot().Tell(Start());
        Reaches(SlotPhase.Deleting);
        Asker.FishForMessage(m => m is Progress { Step: "undo" }, Patience);
        Asker.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        removal.Open();
        Assert.Equal("no space left", Answer<SlotProtocol.NotStarted>().Failure.Message);
        Assert.Equal(SlotPhase.Free, Reaches(SlotPhase.Free).Phase);
        Assert.Equal(story, Effects.Story());
    }

    [Fact]
    public void A_kept_container_outlives_a_start_that_fails()
    {
        Effects.Fail(SlotEffect.Start, why: "no tmux");
        Slot([.. Launches.Journal(SlotPhase.Kept, Time.GetUtcNow())]).Tell(Start(session: "s2"));
        Assert.Equal("no tmux", Answer<SlotProtocol.NotStarted>().Failure.Message);
        Reaches(SlotPhase.Stopping);
        Assert.Equal(SlotPhase.Kept, Reaches(SlotPhase.Kept).Phase);
        Assert.Equal("Provision Start Stop Finalise", Effects.Story());
    }

    [Fact]
    public async Task A_session_that_is_ended_while_it_is_prepared_is_undone_after_the_preparation_has_ended()
    {
        var provision = Effects.Hold(SlotEffect.Provision);
        var ender = CreateTestProbe();
        var slot = Slot();
        slot.Tell(Start());
        await provision.EnteredAsync();
        slot.Tell(Kill(ender));
        await provision.CancelledAsync();
        Reaches(SlotPhase.Deleting);
        Assert.Equal("Provision", Effects.Story());

        // Late, and as if nothing had happened: its network plan must not bring the slot back to life.
        provision.Open();
        Assert.Equal(Launches.Spec().Container, ender.ExpectMsg<SlotProtocol.Ended>().Container);
        Assert.Equal("launch.cancelled", Answer<SlotProtocol.NotStarted>().Failure.Code);
        Assert.Equal("Provision Remove", Effects.Story());
    }

    [Fact]
    public async Task Results_of_an_earlier_incarnation_are_ignored()
    {
        var provision = Effects.Hold(SlotEffect.Provision);
        var slot = Slot();
        slot.Tell(Start());
        await provision.EnteredAsync();
        slot.Tell(new Household.Crash());
        await provision.CancelledAsync();
        Assert.Equal("slot.interrupted", Answer<SlotProtocol.NotStarted>().Failure.Code);
        Reaches(SlotPhase.Deleting);

        provision.Open();
        Reaches(SlotPhase.Free);
        Assert.Equal("Provision Remove", Effects.Story());
    }

    [Fact]
    public void Poweroff_inside_the_container_saves_the_session_and_frees_the_slot()
    {
        var slot = Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);
        Reaches(SlotPhase.Running);
        slot.Tell(new SlotProtocol.AwaitEnd(Asker));
        slot.Tell(new SlotProtocol.Fact(new InstanceStopped(StopCause.FromInside, Time.GetUtcNow())));
        Assert.Equal(SlotPhase.Free, Answer<SlotProtocol.State>().Value.Phase);
        Assert.Equal("Finalise Remove", Effects.Story());
    }

    [Fact]
    public void A_slot_that_has_ended_says_so_at_once()
    {
        var slot = Slot();
        slot.Tell(new SlotProtocol.AwaitEnd(Asker));
        Assert.Equal(SlotPhase.Free, Asker.ExpectMsg<SlotProtocol.State>().Value.Phase);

        // The container had ended between the list and the wish; who asked for its name hears that name.
        slot.Tell(Kill(Asker));
        Assert.Equal(Launches.Spec().Container, Asker.ExpectMsg<SlotProtocol.Ended>().Container);
    }

    [Fact]
    public void A_slot_that_is_taken_refuses_another_session()
    {
        var slot = Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);
        slot.Tell(Start(session: "s2"));
        Assert.Equal("slot.busy", Answer<SlotProtocol.NotStarted>().Failure.Code);
    }

    [Fact]
    public async Task Force_overtakes_a_shutdown_that_waits()
    {
        var stop = Effects.Hold(SlotEffect.Stop);
        var (patient, impatient) = (CreateTestProbe(), CreateTestProbe());
        var slot = Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);
        slot.Tell(Shutdown(patient));
        await stop.EnteredAsync();
        slot.Tell(Shutdown(patient));
        slot.Tell(Kill(impatient));
        await stop.CancelledAsync();
        stop.Open();
        impatient.ExpectMsg<SlotProtocol.Ended>();
        patient.ExpectMsg<SlotProtocol.Ended>();
        patient.ExpectMsg<SlotProtocol.Ended>();
        Assert.Equal("Stop Stop Finalise Remove", Effects.Story());
        Assert.True(Effects.Runs[1].State.Stop?.Force);
    }

    [Fact]
    public void A_fact_from_before_the_launch_is_ignored()
    {
        var slot = Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);
        Reaches(SlotPhase.Running);
        slot.Tell(new SlotProtocol.Fact(new InstanceStopped(StopCause.FromInside, Time.GetUtcNow().AddSeconds(-1))));
        slot.Tell(new SlotProtocol.Fact(new InstanceDeleted(Time.GetUtcNow().AddSeconds(-1))));
        AssertStillRunning(slot);
    }

    [Fact]
    public void A_fact_that_was_found_for_an_earlier_state_is_ignored()
    {
        var slot = Slot([.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);
        var state = Reaches(SlotPhase.Running);
        slot.Tell(new SlotProtocol.Fact(new InstanceObserved(Exists: false, Running: false), state with { }));
        AssertStillRunning(slot);

        slot.Tell(new SlotProtocol.Fact(new InstanceObserved(Exists: false, Running: false), state));
        Reaches(SlotPhase.Free);
        Assert.Equal("Finalise Remove", Effects.Story());
    }

    [Theory]
    [InlineData(SlotPhase.Preparing, false, "Remove", SlotPhase.Free)]
    [InlineData(SlotPhase.Starting, false, "Remove", SlotPhase.Free)]
    [InlineData(SlotPhase.Stopping, false, "Stop Finalise Remove", SlotPhase.Free)]
    [InlineData(SlotPhase.Stopping, true, "Stop Finalise", SlotPhase.Kept)]
    [InlineData(SlotPhase.Stopped, false, "Finalise Remove", SlotPhase.Free)]
    [InlineData(SlotPhase.Stopped, true, "Finalise", SlotPhase.Kept)]
    [InlineData(SlotPhase.Deleting, false, "Remove", SlotPhase.Free)]
    public void A_daemon_that_starts_again_undoes_a_launch_and_finishes_an_ending(SlotPhase phase, bool persistent, string story, SlotPhase end)
    {
        Slot([.. Launches.Journal(phase, Time.GetUtcNow(), persistent)]);
        Reaches(end);
        Assert.Equal(story, Effects.Story());
    }

    [Theory]
    [InlineData(SlotPhase.Free)]
    [InlineData(SlotPhase.Running)]
    [InlineData(SlotPhase.Kept)]
    public void A_daemon_that_starts_again_leaves_alone_what_waits_for_nobody(SlotPhase phase)
    {
        var slot = Slot([.. Launches.Journal(phase, Time.GetUtcNow())]);
        Assert.Equal(phase, Reaches(phase).Phase);
        slot.Tell(new SlotProtocol.Fact(new Recovered()));
        Index.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Equal("", Effects.Story());
    }

    [Fact]
    public void A_container_that_no_journal_knew_is_taken_over_and_ends_like_any_other()
    {
        var slot = Slot();
        slot.Tell(new SlotProtocol.Fact(new Adopt(Launches.Spec(), Launches.Plan(Launches.Spec().Container))));
        Reaches(SlotPhase.Running);
        slot.Tell(Kill(Asker));
        Asker.ExpectMsg<SlotProtocol.Ended>();
        Assert.Equal("Stop Finalise Remove", Effects.Story());
    }

    // A second session is refused with the state, which is an answer that comes after the facts told before.
    private void AssertStillRunning(IActorRef slot)
    {
        slot.Tell(Start(session: "s2"));
        Assert.Contains("(Running)", Answer<SlotProtocol.NotStarted>().Failure.Message);
        Assert.Equal("", Effects.Story());
    }
}
