using Coi.Domain.Slots;
using Xunit;
using static Coi.Domain.Slots.SlotPhase;

namespace Coi.Domain.Tests.Slots;

public sealed class SlotLifecycleSpecs
{
    private static readonly SlotPhase[] Phases = [Free, Preparing, Starting, Running, Stopping, Stopped, Deleting, Kept];

    // One row an input, one column a phase: what is decided in a slot with an ephemeral container.
    public static TheoryData<string, ISlotInput, string[]> Ephemeral => new()
    {
        { "launch", new Launch(Slot.Spec()), ["LaunchRequested", "", "", "", "", "", "", "LaunchRequested"] },
        { "provisioned", new ProvisionDone(Slot.Network), ["", "Provisioned", "", "", "", "", "", ""] },
        { "provision done without a plan", new EffectDone(SlotEffect.Provision), ["", "", "", "", "", "", "", ""] },
        { "started", new EffectDone(SlotEffect.Start), ["", "", "SessionStarted", "", "", "", "", ""] },
        { "stopped by us", new EffectDone(SlotEffect.Stop), ["", "", "", "", "ContainerStopped", "", "", ""] },
        { "finalised", new EffectDone(SlotEffect.Finalise), ["", "", "", "", "", "SessionFinalised", "", ""] },
        { "removed", new EffectDone(SlotEffect.Remove), ["", "", "", "", "", "", "SlotFreed", ""] },
        { "launch step failed", new LaunchStepFailed(Slot.Broken), ["", "LaunchFailed", "LaunchFailed", "", "", "", "", ""] },
        { "end with grace", new End(false, false, 60), ["", "LaunchFailed", "LaunchFailed", "StopRequested", "", "", "", ""] },
        { "end by force", new End(true, false, 0), ["", "LaunchFailed", "LaunchFailed", "StopRequested", "StopRequested", "", "", ""] },
        { "end and remove", new End(false, true, 60), ["", "LaunchFailed", "LaunchFailed", "StopRequested", "StopRequested", "", "", "StopRequested"] },
        { "poweroff", Slot.Poweroff(), ["", "", "LaunchFailed", "ContainerStopped", "ContainerStopped", "", "", ""] },
        { "poweroff before this launch", Slot.Poweroff(Slot.Start.AddSeconds(-1)), ["*", "", "", "", "", "", "", ""] },
        { "deleted", new InstanceDeleted(Slot.Now), ["", "", "", "StopRequested ContainerStopped", "StopRequested ContainerStopped", "", "", "StopRequested"] },
        { "deleted before this launch", new InstanceDeleted(Slot.Start.AddSeconds(-1)), ["*", "", "", "", "", "", "", ""] },
        { "found missing", new InstanceObserved(false, false), ["", "", "", "StopRequested ContainerStopped", "StopRequested ContainerStopped", "", "", "StopRequested"] },
        { "found stopped", new InstanceObserved(true, false), ["", "", "", "ContainerStopped", "", "", "", ""] },
        { "found running", new InstanceObserved(true, true), ["", "", "", "", "", "", "", "ContainerFoundRunning"] },
        { "started by somebody", new InstanceStarted(Slot.Now), ["", "", "", "", "", "", "", "ContainerFoundRunning"] },
        { "started before it came to rest", new InstanceStarted(Slot.Start), ["", "", "", "", "", "", "", ""] },
        { "keep", new Keep(), ["", "ContainerPersisted", "ContainerPersisted", "ContainerPersisted", "", "", "", ""] },
        { "marked without need", new EffectDone(SlotEffect.Mark), ["", "", "", "", "", "", "", ""] },
        { "adopt", new Adopt(Slot.Spec(), Slot.Network), ["ContainerAdopted", "", "", "", "", "", "", ""] },
        { "recovered", new Recovered(), ["", "LaunchFailed", "LaunchFailed", "", "", "", "", ""] },
    };

    // What a slot decides differently when it has, or has again, a kept container.
    public static TheoryData<string, SlotPhase, ISlotInput, string> Reused => new()
    {
        { "finalised", Stopped, new EffectDone(SlotEffect.Finalise), "ContainerKept" },
        { "one command, whose container is removed", Kept, new Launch(Slot.Spec() with { Tool = LaunchSpec.CommandTool }), "" },
        { "keep what is kept", Running, new Keep(), "" },
        { "removal asked for while it is started again", Preparing, Slot.Kill, "LaunchFailed StopRequested" },
        { "removal asked for while the tool is started", Starting, Slot.Kill, "LaunchFailed StopRequested" },
        { "end asked for while it is started again", Starting, Slot.Shutdown, "LaunchFailed" },
        { "removal asked for while it is finalised", Stopped, Slot.Kill, "StopRequested" },
        { "end asked for while it is finalised", Stopped, Slot.Shutdown, "" },
        { "deleted while it is finalised", Stopped, new InstanceDeleted(Slot.Now), "StopRequested ContainerStopped" },
        { "found missing while it is finalised", Stopped, new InstanceObserved(false, false), "StopRequested ContainerStopped" },
    };

    [Theory]
    [MemberData(nameof(Ephemeral))]
    public void Every_input_is_decided_in_every_phase(string what, ISlotInput input, string[] expected)
    {
        Assert.Equal(Phases.Length, expected.Length);
        foreach (var (phase, names) in Phases.Zip(expected))
        {
            if (names == "*") continue;
            var state = Slot.In(phase);
            Assert.Equal(phase, state.Phase);
            Assert.Equal($"{what} in {phase}: {names}", $"{what} in {phase}: {Names(state, input)}");
        }
    }

    [Theory]
    [MemberData(nameof(Reused))]
    public void A_kept_container_makes_a_difference(string what, SlotPhase phase, ISlotInput input, string expected) =>
        Assert.Equal($"{what}: {expected}", $"{what}: {Names(Slot.In(phase, persistent: true), input)}");

    [Theory]
    [InlineData(Free, null)]
    [InlineData(Preparing, SlotEffect.Provision)]
    [InlineData(Starting, SlotEffect.Start)]
    [InlineData(Running, null)]
    [InlineData(Stopping, SlotEffect.Stop)]
    [InlineData(Stopped, SlotEffect.Finalise)]
    [InlineData(Deleting, SlotEffect.Remove)]
    [InlineData(Kept, null)]
    public void The_next_effect_follows_from_the_phase(SlotPhase phase, SlotEffect? effect) =>
        Assert.Equal(effect, SlotLifecycle.NextEffect(Slot.In(phase)));

    [Fact]
    public void A_session_that_fails_to_start_leaves_a_free_slot_and_the_reason()
    {
        var state = Slot.Settle(Slot.After(Slot.In(Starting), new LaunchStepFailed(Slot.Broken)));
        Assert.Equal((Free, Slot.Broken), (state.Phase, state.Failure));
    }

    [Fact]
    public void A_kept_container_outlives_a_failed_start() =>
        Assert.Equal(Kept, Slot.Settle(Slot.After(Slot.In(Starting, persistent: true), new LaunchStepFailed(Slot.Broken))).Phase);

    [Fact]
    public void A_kept_container_stays_kept_although_the_next_session_did_not_ask_for_it()
    {
        var state = Slot.After(Slot.In(Kept), new Launch(Slot.Spec(persistent: false)), new LaunchStepFailed(Slot.Broken));
        Assert.Equal(Kept, Slot.Settle(state).Phase);
    }

    [Theory]
    [InlineData(Preparing)]
    [InlineData(Starting)]
    [InlineData(Running)]
    [InlineData(Stopping)]
    [InlineData(Stopped)]
    [InlineData(Kept)]
    public void Whoever_asks_for_removal_gets_it_in_every_phase(SlotPhase phase) =>
        Assert.Equal(Free, Slot.Settle(Slot.After(Slot.In(phase, persistent: true), Slot.Kill)).Phase);

    [Fact]
    public void Wishes_add_up()
    {
        var removal = Slot.After(Slot.In(Running, persistent: true), new End(Force: false, Remove: true, 60), new End(Force: true, Remove: false, 0));
        var force = Slot.After(Slot.In(Running, persistent: true), new End(Force: true, Remove: false, 0), new End(Force: false, Remove: true, 60));
        Assert.All([removal, force], state => Assert.Equal((true, true), (state.Stop?.Force, state.Stop?.Remove)));
    }

    [Fact]
    public void A_stop_that_somebody_else_finished_counts_as_the_one_asked_for()
    {
        var (_, events) = Slot.Step(Slot.In(Stopping), Slot.Poweroff(), Slot.Now);
        Assert.Equal(StopCause.Requested, Assert.IsType<ContainerStopped>(Assert.Single(events)).Cause);
    }

    [Fact]
    public void A_new_launch_remembers_nothing_of_the_last_but_its_container()
    {
        var state = Slot.After(Slot.In(Kept), new Launch(Slot.Spec(session: "s2")));
        Assert.Equal((true, "s2", null, null), (state.Reused, state.Spec?.SessionId, state.Failure, state.Stop));
        Assert.Equal(Slot.Network, state.Network);
    }

    [Fact]
    public void An_unknown_input_or_event_is_a_defect_and_not_ignored()
    {
        Assert.Throws<InvalidOperationException>(() => SlotLifecycle.Decide(SlotState.Initial, new StrangeInput(), Slot.Now));
        Assert.Throws<InvalidOperationException>(() => SlotLifecycle.Apply(SlotState.Initial, new StrangeEvent(Slot.Now)));
    }

    private static string Names(SlotState state, ISlotInput input) =>
        string.Join(' ', SlotLifecycle.Decide(state, input, Slot.Now).Select(e => e.GetType().Name));

    private sealed record StrangeInput : ISlotInput;

    private sealed record StrangeEvent(DateTimeOffset At) : ISlotEvent;
}
