using Akka.Actor;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Slots;
using Coi.Daemon.Workspaces;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Xunit;

namespace Coi.Daemon.Tests.Workspaces;

public sealed class WorkspaceActorSpecs : WorkspaceBench
{
    [Fact]
    public void Starts_at_the_same_moment_never_share_a_slot()
    {
        var workspace = Workspace();
        var askers = Enumerable.Range(1, 12).Select(n => (Session: $"s{n}", Probe: CreateTestProbe())).ToList();
        Parallel.ForEach(askers, a => workspace.Tell(Start(a.Probe, a.Session, max: 8)));
        var answers = askers.Select(a => a.Probe.FishForMessage(m => m is SlotProtocol.Started or SlotProtocol.NotStarted, Patience)).ToList();

        Assert.Equal(Enumerable.Range(1, 8), answers.OfType<SlotProtocol.Started>().Select(s => s.Value.Spec!.Slot).Order());
        Assert.Equal(8, answers.OfType<SlotProtocol.Started>().Select(s => s.Value.Spec!.Container).Distinct().Count());
        Assert.All(answers.OfType<SlotProtocol.NotStarted>(), n => Assert.Equal("slot.exhausted", n.Failure.Code));
    }

    [Fact]
    public void A_session_that_is_live_is_refused_with_its_place()
    {
        var workspace = Workspace();
        Run(workspace);
        var asker = CreateTestProbe();
        workspace.Tell(Start(asker));
        Assert.Equal("session.live", Answer<SlotProtocol.NotStarted>(asker).Failure.Code);
    }

    [Fact]
    public void A_slot_is_given_again_when_nothing_is_left_of_its_session()
    {
        var workspace = Workspace();
        Run(workspace, "s1");
        Run(workspace, "s2");
        PowerOff(1, SlotPhase.Free);
        Assert.Equal(1, Run(workspace, "s3").Slot);
    }

    [Fact]
    public void A_kept_container_is_started_again_and_stays_kept()
    {
        var workspace = Workspace();
        var first = Run(workspace, "s1", persistent: true);
        PowerOff(1, SlotPhase.Kept);
        var second = Run(workspace, "s2");
        Assert.Equal((first.Container, 1, true), (second.Container, second.Slot, second.Persistent));
        PowerOff(1, SlotPhase.Kept);
    }

    [Fact]
    public void A_command_that_is_removed_at_its_end_gets_no_kept_container()
    {
        var workspace = Workspace();
        var kept = Run(workspace, "s1", persistent: true);
        PowerOff(1, SlotPhase.Kept);

        foreach (var wanted in new[] { 0, 1 })
        {
            var asker = CreateTestProbe();
            var start = Start(asker, $"run{wanted}", wanted);
            workspace.Tell(start with { Spec = start.Spec with { Tool = LaunchSpec.CommandTool } });
            Assert.Equal(2 + wanted, Answer<SlotProtocol.Started>(asker).Value.Spec!.Slot);
        }

        Assert.Equal(kept.Container, Run(workspace, "s2").Container);
    }

    [Fact]
    public void A_kept_container_whose_slot_refuses_a_command_can_be_used_again()
    {
        // The workspace's journal has lost that the slot keeps a container.
        Write($"slot-{Launches.Hash}-1", Launches.Journal(SlotPhase.Kept, Time.GetUtcNow()));
        var (workspace, asker) = (Workspace(), CreateTestProbe());
        var start = Start(asker, "run");
        workspace.Tell(start with { Spec = start.Spec with { Tool = LaunchSpec.CommandTool } });
        Assert.Equal("slot.busy", Answer<SlotProtocol.NotStarted>(asker).Failure.Code);

        Assert.Equal(1, Run(workspace, "s2").Slot);
    }

    [Fact]
    public void An_image_that_a_flag_names_is_not_overruled_by_a_kept_container()
    {
        Write($"slot-{Launches.Hash}-1", Launches.Journal(SlotPhase.Kept, Time.GetUtcNow()));
        var workspace = Workspace(new SlotReserved(1, "s1", $"coi-{Launches.Hash}-1", Time.GetUtcNow()), new SlotRested(1, Time.GetUtcNow()));
        var revived = CreateTestProbe();
        workspace.Tell(new WorkspaceProtocol.AwaitRevival(Launches.Hash), revived);
        revived.ExpectMsg<WorkspaceProtocol.Revived>(Patience);

        var (other, same) = (CreateTestProbe(), CreateTestProbe());
        workspace.Tell(Start(other, "s2") with { RequiredImage = "rust" });
        Assert.Equal(2, Answer<SlotProtocol.Started>(other).Value.Spec!.Slot);
        workspace.Tell(Start(same, "s3") with { RequiredImage = "coi" });
        Assert.Equal(1, Answer<SlotProtocol.Started>(same).Value.Spec!.Slot);
    }

    [Fact]
    public void A_launch_that_fails_gives_its_slot_back()
    {
        Effects.Fail(SlotEffect.Start);
        var (workspace, asker) = (Workspace(), CreateTestProbe());
        workspace.Tell(Start(asker, "s1"));
        Answer<SlotProtocol.NotStarted>(asker);
        Assert.Equal(1, Run(workspace, "s1").Slot);
    }

    [Fact]
    public void A_slot_that_breaks_is_revived_and_what_it_missed_is_read_again()
    {
        var workspace = Workspace();
        var container = Run(workspace).Container;
        SlotActor().Tell(Kill.Instance);

        Assert.Equal(container, Parent.ExpectMsg<WorkspaceProtocol.MissedFacts>(Patience).Container);
        PowerOff(1, SlotPhase.Free);
    }

    [Fact]
    public void Slots_of_the_journal_are_back_before_it_is_said()
    {
        var at = Time.GetUtcNow();
        foreach (var slot in new[] { 1, 3 })
        {
            var spec = Launches.Spec(session: $"s{slot}", slot: slot);
            Write($"slot-{Launches.Hash}-{slot}", [new LaunchRequested(spec, false, at), new Provisioned(Launches.Plan(spec.Container), at), new SessionStarted(at)]);
        }

        var workspace = Workspace(Reserved(1), Reserved(3));
        workspace.Tell(new WorkspaceProtocol.AwaitRevival(Launches.Hash), TestActor);
        ExpectMsg<WorkspaceProtocol.Revived>();
        Assert.Equal(["coi-9dad1e4e-1", "coi-9dad1e4e-3"], Index.ReceiveN(2).Cast<Coi.Daemon.Index.IndexProtocol.SlotChanged>().Select(c => c.State.Spec!.Container).Order());
        Assert.Equal(2, Run(workspace, "s2").Slot);
    }

    [Fact]
    public void A_slot_that_was_reserved_but_never_begun_is_free_after_a_crash()
    {
        var workspace = Workspace(Reserved(1));
        Assert.Equal(1, RunWhenFree(workspace).Slot);
    }

    [Fact]
    public void An_unknown_container_is_taken_over()
    {
        var workspace = Workspace();
        workspace.Tell(Adoption("s1", running: true));
        AwaitAssert(() => Assert.Equal(SlotPhase.Running, PhaseOf(1)));
        Assert.Equal(2, Run(workspace, "s2").Slot);
        PowerOff(1, SlotPhase.Free);
    }

    [Fact]
    public void An_unknown_container_that_has_stopped_is_finalised()
    {
        Workspace().Tell(Adoption("s1", running: false));
        AwaitAssert(() => Assert.Equal("Finalise Remove", Effects.Story()));
    }

    [Fact]
    public async Task A_container_that_is_just_being_started_is_not_taken_over()
    {
        var start = Effects.Hold(SlotEffect.Start);
        var (workspace, asker) = (Workspace(), CreateTestProbe());
        workspace.Tell(Start(asker));
        await start.EnteredAsync();
        // Read from Incus after it was made and before it ran; heard of when it runs.
        start.Open();
        Answer<SlotProtocol.Started>(asker);
        workspace.Tell(Adoption("s1", running: false));
        Assert.Equal(2, Run(workspace, "s2").Slot);
        Assert.Equal("Provision Start", Effects.Story());
        PowerOff(1, SlotPhase.Free);
        Assert.Equal(1, Run(workspace, "s3").Slot);
    }

    [Fact]
    public async Task A_launch_whose_asker_has_gone_is_undone_and_that_of_another_is_not()
    {
        var provision = Effects.Hold(SlotEffect.Provision);
        var (workspace, asker, other, ear) = (Workspace(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        workspace.Tell(Start(asker));
        await provision.EnteredAsync();
        workspace.Tell(Start(other));
        Answer<SlotProtocol.NotStarted>(other);
        workspace.Tell(new WorkspaceProtocol.AbandonSession(Launches.Hash, "s1", other, ear));
        Assert.Equal(2, Run(workspace, "s2").Slot);
        Assert.False(provision.IsCancelled);

        workspace.Tell(new WorkspaceProtocol.AbandonSession(Launches.Hash, "s1", asker, ear));
        await provision.CancelledAsync();
        provision.Open();
        ear.ExpectMsg<SlotProtocol.Ended>();
    }

    [Fact]
    public void An_idle_workspace_asks_to_be_stopped_and_a_busy_one_refuses_to_stop()
    {
        var workspace = Workspace();
        Run(workspace);
        Pass(TimeSpan.FromMinutes(3));
        workspace.Tell(WorkspaceProtocol.StopNow.Instance);
        Parent.ExpectMsg<WorkspaceProtocol.Stays>();

        PowerOff(1, SlotPhase.Free);
        AwaitAssert(() =>
        {
            workspace.Tell(WorkspaceProtocol.StopNow.Instance);
            Parent.FishForMessage(m => m is Actors.Household.Stopped, TimeSpan.FromMilliseconds(200));
        });
    }

    private static WorkspaceProtocol.AdoptContainer Adoption(string session, bool running)
    {
        var spec = Launches.Spec(session: session);
        return new WorkspaceProtocol.AdoptContainer(Launches.Hash, spec, Launches.Plan(spec.Container), running);
    }

    private static SlotReserved Reserved(int slot) => new(slot, $"s{slot}", Launches.Spec(slot: slot).Container, default);

    // The slot's report that it is free and the next wish come from two senders.
    private LaunchSpec RunWhenFree(IActorRef workspace)
    {
        workspace.Tell(new WorkspaceProtocol.AwaitRevival(Launches.Hash), TestActor);
        ExpectMsg<WorkspaceProtocol.Revived>();
        return Run(workspace, "new");
    }

    private SlotPhase PhaseOf(int slot)
    {
        SlotPhase? last = null;
        while (Index.HasMessages)
        {
            if (Index.ReceiveOne(TimeSpan.Zero) is Coi.Daemon.Index.IndexProtocol.SlotChanged changed && changed.Slot.EndsWith($"-{slot}", StringComparison.Ordinal)) last = changed.State.Phase;
        }

        return last ?? throw new Xunit.Sdk.XunitException("nothing was heard of the slot");
    }
}
