using Akka.Actor;
using Akka.TestKit;
using Coi.Daemon.Index;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Slots;
using Coi.Daemon.Workspaces;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Xunit;

namespace Coi.Daemon.Tests.Workspaces;

/// <summary>Routing to workspaces; a message that gets lost fails the test.</summary>
public sealed class WorkspacesActorSpecs : WorkspaceBench
{
    private readonly TestProbe _reconciler;

    public WorkspacesActorSpecs() => _reconciler = CreateTestProbe("reconciler");

    [Fact]
    public void A_workspace_that_is_being_stopped_loses_no_message()
    {
        var workspaces = Workspaces();
        var asker = CreateTestProbe();
        for (var round = 0; round < 50; round++)
        {
            workspaces.Tell(new WorkspaceProtocol.AwaitRevival(Launches.Hash), asker);
            workspaces.Tell(new WorkspaceProtocol.Passivate(Launches.Hash));
            workspaces.Tell(new WorkspaceProtocol.Passivate(Launches.Hash)); // twice is like once
            for (var n = 0; n < 3; n++) workspaces.Tell(new WorkspaceProtocol.AwaitRevival(Launches.Hash), asker);
            for (var n = 0; n < 4; n++) asker.ExpectMsg<WorkspaceProtocol.Revived>(Patience);
        }
    }

    [Fact]
    public void A_session_that_is_asked_for_while_its_workspace_stops_is_started()
    {
        var workspaces = Workspaces();
        var asker = CreateTestProbe();
        workspaces.Tell(new WorkspaceProtocol.AwaitRevival(Launches.Hash), asker);
        asker.ExpectMsg<WorkspaceProtocol.Revived>();

        workspaces.Tell(new WorkspaceProtocol.Passivate(Launches.Hash));
        workspaces.Tell(Start(asker));

        Assert.Equal(1, Answer<SlotProtocol.Started>(asker).Value.Spec?.Slot);
    }

    [Fact]
    public void A_workspace_that_got_work_meanwhile_stays_and_gets_its_messages()
    {
        var workspaces = Workspaces();
        var (asker, other) = (CreateTestProbe(), CreateTestProbe());
        workspaces.Tell(Start(asker));
        Answer<SlotProtocol.Started>(asker);

        workspaces.Tell(new WorkspaceProtocol.Passivate(Launches.Hash));
        workspaces.Tell(Start(other, "s2"));

        Assert.Equal(2, Answer<SlotProtocol.Started>(other).Value.Spec?.Slot);
    }

    [Fact]
    public void An_idle_workspace_is_stopped_and_made_anew_when_it_is_needed()
    {
        var workspaces = Workspaces();
        var asker = CreateTestProbe();
        workspaces.Tell(new WorkspaceProtocol.AwaitRevival(Launches.Hash), asker);
        asker.ExpectMsg<WorkspaceProtocol.Revived>();
        Watch(Child());

        Pass(TimeSpan.FromMinutes(3));

        ExpectMsg<Terminated>(Patience);
        workspaces.Tell(Start(asker));
        Assert.Equal(1, Answer<SlotProtocol.Started>(asker).Value.Spec?.Slot);
    }

    [Fact]
    public void When_all_workspaces_of_the_journal_are_back_the_index_and_the_reconciler_hear_of_it_once()
    {
        var other = WorkspaceHash.Of("/other");
        Write($"workspace-{Launches.Hash}", [new SlotReserved(1, "s1", Launches.Spec().Container, Time.GetUtcNow())]);
        Write($"slot-{Launches.Hash}-1", [.. Launches.Journal(SlotPhase.Running, Time.GetUtcNow())]);

        Workspaces($"workspace-{Launches.Hash}", $"workspace-{other}", "workspace-nonsense");

        // The slot first: what is asked of the index from here on is answered with it.
        Assert.Equal(SlotPhase.Running, Index.ExpectMsg<IndexProtocol.SlotChanged>(Patience).State.Phase);
        Index.ExpectMsg<ReconcilerProtocol.JournalReplayed>(Patience);
        _reconciler.ExpectMsg<ReconcilerProtocol.JournalReplayed>(Patience);
        _reconciler.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_workspace_that_stops_unexpectedly_is_revived_and_Incus_is_read_again()
    {
        var workspaces = Workspaces();
        var asker = CreateTestProbe();
        workspaces.Tell(Start(asker));
        Answer<SlotProtocol.Started>(asker);
        _reconciler.ExpectMsg<ReconcilerProtocol.JournalReplayed>(Patience);
        Sys.Stop(Watch(Child()));
        ExpectMsg<Terminated>(Patience);

        AwaitAssert(() =>
        {
            Pass(TimeSpan.FromSeconds(5));
            Assert.Contains("had stopped", _reconciler.ExpectMsg<ReconcilerProtocol.Reconcile>(TimeSpan.FromMilliseconds(500)).Why, StringComparison.Ordinal);
        }, Patience);
    }

    private IActorRef Child() => Sys.ActorSelection($"/user/workspaces/{Launches.Hash}").ResolveOne(Patience).GetAwaiter().GetResult();

    private IActorRef Workspaces(params string[] known) =>
        Sys.ActorOf(Props.Create(() => new WorkspacesActor(With, known, _reconciler)), "workspaces");
}
