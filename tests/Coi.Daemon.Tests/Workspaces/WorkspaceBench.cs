using Akka;
using Akka.Actor;
using Akka.TestKit;
using Coi.Daemon.Incus;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Actors;
using Coi.Daemon.Tests.Slots;
using Coi.Daemon.Workspaces;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Tests.Workspaces;

/// <summary>One workspace with its slots, the real gateway, effects that the test commands, and probes for parent and index.</summary>
public abstract class WorkspaceBench : ActorSpecs
{
    private readonly IActorRef _gateway;

    protected WorkspaceBench(string config = "")
        : base(config)
    {
        Parent = CreateTestProbe("parent");
        Index = CreateTestProbe("index");
        _gateway = Sys.ActorOf(Props.Create(() => new IncusGatewayActor(12)), "incus");
    }

    protected TestProbe Parent { get; }

    protected TestProbe Index { get; }

    internal FakeSlotEffects Effects { get; } = new();

    internal SlotDependencies With => new(_gateway, Index, Effects, e => new Coi.Domain.Failure("effect.failed", e.Message), Time, new NoAllowlists());

    /// <summary>The workspace, with what the journal holds of it.</summary>
    internal IActorRef Workspace(params IReadOnlyList<IWorkspaceEvent> journal)
    {
        Write($"workspace-{Launches.Hash}", journal);
        var props = Props.Create(() => new WorkspaceActor(Launches.Hash, With));
        return Sys.ActorOf(Props.Create(() => new Household(props, Launches.Hash.Value, Parent, new OneForOneStrategy(_ => Directive.Stop))), "household");
    }

    /// <summary>Puts events into the journal.</summary>
    internal void Write(string persistenceId, IReadOnlyList<object> events)
    {
        if (events.Count == 0) return;
        Sys.ActorOf(Props.Create(() => new JournalWriter(persistenceId, events, TestActor)));
        ExpectMsg<Done>();
    }

    internal static WorkspaceProtocol.StartSession Start(IActorRef asker, string session = "s1", int slot = 0, bool persistent = false, int max = 10) =>
        new(Launches.Hash, slot, max, "coi-", Launches.Spec(persistent, session), new Dictionary<string, string>(), asker);

    /// <summary>Starts a session and waits until it runs.</summary>
    internal LaunchSpec Run(IActorRef workspace, string session = "s1", int slot = 0, bool persistent = false)
    {
        var asker = CreateTestProbe();
        workspace.Tell(Start(asker, session, slot, persistent));
        return Answer<SlotProtocol.Started>(asker).Value.Spec!;
    }

    /// <summary>Waits for an answer; progress and the chosen slot in between do not count.</summary>
    protected static T Answer<T>(TestProbe asker) => asker.FishForMessage<T>(_ => true, Patience, typeof(T).Name);

    /// <summary>The actor of a slot.</summary>
    protected IActorRef SlotActor(int slot = 1) =>
        Sys.ActorSelection($"/user/household/{Launches.Hash}/slot-{slot}").ResolveOne(TimeSpan.FromSeconds(2)).GetAwaiter().GetResult();

    /// <summary>The actor of a slot that is being revived, as soon as it is there; time passes meanwhile.</summary>
    protected IActorRef RevivedSlot(int slot = 1)
    {
        // Not AwaitAssert: its deadline is counted in the time that passes here.
        for (var attempt = 0; ; attempt++)
        {
            Pass(TimeSpan.FromSeconds(1));
            try
            {
                return SlotActor(slot);
            }
            catch (ActorNotFoundException) when (attempt < 400)
            {
                Task.Delay(20).GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>Tells a slot that its container was powered off, and waits until it has come to rest.</summary>
    protected void PowerOff(int slot, SlotPhase end)
    {
        var asker = CreateTestProbe();
        var actor = SlotActor(slot);
        actor.Tell(new SlotProtocol.Fact(new InstanceStopped(StopCause.FromInside, Time.GetUtcNow())));
        actor.Tell(new SlotProtocol.AwaitEnd(asker));
        Xunit.Assert.Equal(end, asker.ExpectMsg<SlotProtocol.State>().Value.Phase);
    }
}
