using Akka;
using Akka.Actor;
using Akka.TestKit;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Network;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Actors;
using Coi.Domain.Slots;

namespace Coi.Daemon.Tests.Slots;

/// <summary>One slot with the real gateway, effects that the test commands, and probes in the places of parent, index and asker.</summary>
public abstract class SlotBench : ActorSpecs
{
    private readonly IActorRef _gateway;

    protected SlotBench(string config = "")
        : base(config)
    {
        Parent = CreateTestProbe("parent");
        Index = CreateTestProbe("index");
        Asker = CreateTestProbe("asker");
        _gateway = Sys.ActorOf(Props.Create(() => new IncusGatewayActor(12)), "incus");
    }

    protected TestProbe Parent { get; }

    protected TestProbe Index { get; }

    protected TestProbe Asker { get; }

    internal FakeSlotEffects Effects { get; } = new();

    private protected IAllowlistUpdater Allowlists { get; set; } = new NoAllowlists();

    /// <summary>The slot, with what the journal holds of it; messages go to its parent, who passes them on.</summary>
    internal IActorRef Slot(params IReadOnlyList<ISlotEvent> journal)
    {
        if (journal.Count > 0)
        {
            Sys.ActorOf(Props.Create(() => new JournalWriter($"slot-{Launches.Hash}-1", journal, TestActor)));
            ExpectMsg<Done>();
        }

        var with = new SlotDependencies(_gateway, Index, Effects, Explain, Time, Allowlists);
        var props = Props.Create(() => new SlotActor(Launches.Hash.Value, 1, with, () => null));
        return Sys.ActorOf(Props.Create(() => new Household(props, "slot-1", Parent, new OneForOneStrategy(5, TimeSpan.FromMinutes(1), _ => Directive.Restart))));
    }

    /// <summary>Waits until the index hears that the slot is in a phase.</summary>
    protected SlotState Reaches(SlotPhase phase) =>
        Index.FishForMessage<IndexProtocol.SlotChanged>(c => c.State.Phase == phase, Patience, $"the slot in phase {phase}").State;

    internal SlotProtocol.StartSession Start(bool persistent = false, string session = "s1") =>
        new(Launches.Spec(persistent, session), new Dictionary<string, string> { ["SECRET"] = "s3cr3t" }, Asker);

    internal static SlotProtocol.EndSession Kill(IActorRef replyTo) => new(Launches.Spec().Container, new End(Force: true, Remove: true, 0), replyTo);

    internal static SlotProtocol.EndSession Shutdown(IActorRef replyTo, int seconds = 60) => new(Launches.Spec().Container, new End(Force: false, Remove: true, seconds), replyTo);

    /// <summary>Waits for an answer; progress in between does not count.</summary>
    protected T Answer<T>(TestProbe? asker = null) => (asker ?? Asker).FishForMessage<T>(_ => true, Patience, typeof(T).Name);

    private static Coi.Domain.Failure Explain(Exception error) => new("effect.failed", error.Message);
}
