using Akka.Actor;
using Coi.Daemon.Index;
using Coi.Daemon.Journal;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Slots;
using Coi.Daemon.Workspaces;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Xunit;
using Failure = Coi.Domain.Failure;

namespace Coi.Daemon.Tests.Workspaces;

/// <summary>A slot that breaks again and again is left alone with its network closed, until it is recovered; its neighbours hear nothing of it.</summary>
public sealed class WorkspaceSupervisionSpecs : WorkspaceBench
{
    private static readonly string Container = Launches.Spec().Container;

    [Fact]
    public void A_slot_that_breaks_again_and_again_is_left_alone_with_its_network_closed()
    {
        var workspace = Workspace();
        Run(workspace);
        Run(workspace, "s2");

        BreakForGood();

        var failure = Failed();
        Assert.Contains("6 times in a row", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ActorKilledException", failure.Message, StringComparison.Ordinal);
        Assert.Equal($"coi recover {Container}", failure.Hint);
        AwaitAssert(() => Assert.Contains(Container, Effects.Closed));

        // Nothing happened to its neighbours, nobody gets the slot, and who wants something of it is told.
        PowerOff(2, SlotPhase.Free);
        Assert.Equal(2, Run(workspace, "s3").Slot);
        var asker = CreateTestProbe();
        workspace.Tell(new SlotProtocol.EndSession(Container, new End(Force: true, Remove: true, 0), asker));
        Assert.Equal("slot.failed", asker.ExpectMsg<SlotProtocol.NotEnded>(Patience).Failure.Code);
        workspace.Tell(new SlotProtocol.KeepContainer(Container, asker));
        Assert.Equal("slot.failed", asker.ExpectMsg<SlotProtocol.NotKept>(Patience).Failure.Code);
    }

    [Fact]
    public void One_that_has_stood_for_a_while_begins_to_count_anew()
    {
        var workspace = Workspace();
        Run(workspace);
        for (var i = 0; i < 12; i++)
        {
            BreakOnce();
            Pass(TimeSpan.FromMinutes(11));
        }

        RevivedSlot();
        PowerOff(1, SlotPhase.Free);
        Assert.Empty(Effects.Closed);
    }

    [Fact]
    public void A_failed_slot_goes_on_with_what_Incus_has_when_it_is_recovered()
    {
        var workspace = Workspace();
        Run(workspace);
        BreakForGood();
        Failed();
        Effects.Found = _ => Found(running: true);

        Assert.True(Recover(workspace).Exists);

        Index.FishForMessage<IndexProtocol.SlotChanged>(c => c is { Failure: null, State: { Phase: SlotPhase.Running, Spec.SessionId: "s1" } }, Patience);
        PowerOff(1, SlotPhase.Free);
        Assert.Equal(1, Run(workspace, "s2").Slot);
    }

    [Fact]
    public void Of_a_container_that_is_gone_the_session_is_saved_and_the_slot_freed()
    {
        var workspace = Workspace();
        Run(workspace);
        BreakForGood();
        Failed();
        Effects.Found = _ => new SlotProtocol.RestoreFrom(new Restore(null, null), new InstanceObserved(Exists: false, Running: false));

        Assert.False(Recover(workspace).Exists);

        AwaitAssert(() => Assert.Equal("Provision Start Finalise Remove", Effects.Story()));
        AwaitAssert(() => Assert.Equal(1, Run(workspace, "s2").Slot));
    }

    [Fact]
    public void A_recovery_that_Incus_does_not_answer_is_said_and_the_network_stays_closed()
    {
        var workspace = Workspace();
        Run(workspace);
        BreakForGood();
        Failed();
        AwaitAssert(() => Assert.Single(Effects.Closed));

        Assert.Equal("nobody answers", Recover(workspace).Failure?.Message);

        AwaitAssert(() => Assert.Equal(2, Effects.Closed.Count));
    }

    [Fact]
    public void What_has_not_failed_is_not_recovered()
    {
        var workspace = Workspace();
        Run(workspace);
        Assert.Equal("slot.sound", Recover(workspace).Failure?.Code);
        PowerOff(1, SlotPhase.Free);
    }

    [Fact]
    public void A_failed_slot_is_still_left_alone_by_the_next_daemon_and_closed_again()
    {
        Write($"slot-{Launches.Hash}-1", [.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);
        var workspace = Workspace(
            new SlotReserved(1, "s1", Container, Time.GetUtcNow()), new SlotFailed(1, Container, "s1", new Failure("slot.failed", "it broke", $"coi recover {Container}"), Time.GetUtcNow()));
        workspace.Tell(new WorkspaceProtocol.AwaitRevival(Launches.Hash), TestActor);
        ExpectMsg<WorkspaceProtocol.Revived>();

        Assert.Equal("it broke", Failed().Message);
        AwaitAssert(() => Assert.Contains(Container, Effects.Closed));
        Effects.Found = _ => Found(running: false);
        Assert.True(Recover(workspace).Exists);
        AwaitAssert(() => Assert.Equal("Finalise Remove", Effects.Story()));
    }

    [Fact]
    public void A_slot_whose_journal_cannot_be_read_fails_without_trying_and_can_be_recovered()
    {
        Write($"slot-{Launches.Hash}-1", [.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow()), new UnreadableEvent("slot.dreamed.v1", "this version does not know it")]);
        var workspace = Workspace(new SlotReserved(1, "s1", Container, Time.GetUtcNow()));

        Assert.Contains("slot.dreamed.v1", Failed().Message, StringComparison.Ordinal);
        Assert.Equal("", Effects.Story());
        Effects.Found = _ => Found(running: true);
        Recover(workspace);

        Index.FishForMessage<IndexProtocol.SlotChanged>(c => c is { Failure: null, State.Phase: SlotPhase.Running }, Patience);
        PowerOff(1, SlotPhase.Free);
    }

    [Fact]
    public void What_cannot_be_read_of_a_life_that_is_over_does_not_matter()
    {
        var at = Time.GetUtcNow();
        Write($"slot-{Launches.Hash}-1", [new UnreadableEvent("slot.dreamed.v1", "no"), new SlotFreed(at)]);
        Assert.Equal(1, Run(Workspace()).Slot);
    }

    private static SlotProtocol.RestoreFrom Found(bool running) =>
        new(new Restore(Launches.Spec(), Launches.Plan(Container)), new InstanceObserved(Exists: true, running));

    private void BreakForGood()
    {
        for (var i = 0; i < 6; i++) BreakOnce();
    }

    // As soon as the slot is there.
    private void BreakOnce()
    {
        var slot = Watch(RevivedSlot());
        slot.Tell(Kill.Instance);
        ExpectTerminated(slot, Patience);
    }

    private Failure Failed() => Index.FishForMessage<IndexProtocol.SlotChanged>(c => c.Failure?.Code == SlotProtocol.FailedCode, Patience).Failure!;

    private WorkspaceProtocol.SlotRecovery Recover(IActorRef workspace)
    {
        var asker = CreateTestProbe();
        workspace.Tell(new WorkspaceProtocol.RecoverSlot(Launches.Hash, Container, asker, new Requester(0, 1)));
        return asker.ExpectMsg<WorkspaceProtocol.SlotRecovery>(Patience);
    }
}
