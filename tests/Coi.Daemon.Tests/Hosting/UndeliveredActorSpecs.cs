using Akka.Actor;
using Akka.TestKit;
using Coi.Daemon.Hosting;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Actors;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Xunit;
using Failure = Coi.Domain.Failure;

namespace Coi.Daemon.Tests.Hosting;

public sealed class UndeliveredActorSpecs : ActorSpecs
{
    private const string Container = "coi-0a1b2c3d-1";
    private Failure? _journal;

    public static TheoryData<string> Requests => ["end", "keep", "police"];

    [Theory]
    [MemberData(nameof(Requests))]
    public void Who_asks_a_slot_that_is_gone_is_answered_for_that_container(string what)
    {
        var asker = CreateTestProbe();

        Gone().Tell(Request(what, asker));

        var (container, failure) = Answered(asker);
        Assert.Equal((Container, "slot.interrupted", "Try again"), (container, failure.Code, failure.Hint));
    }

    [Fact]
    public void What_was_in_the_mailbox_when_the_slot_fell_is_answered_too()
    {
        var asker = CreateTestProbe();
        Listen();
        var slot = Sys.ActorOf(Props.Create(() => new Falling()));

        slot.Tell("fall");
        slot.Tell(Request("end", asker));

        Assert.Equal(Container, Answered(asker).Container);
    }

    [Fact]
    public void A_journal_that_cannot_be_written_is_named_as_the_reason()
    {
        var asker = CreateTestProbe();
        _journal = new Failure("journal.failed", "the journal cannot be written: disk full", "Check free space");

        Gone().Tell(Request("end", asker));

        Assert.Equal(_journal, Answered(asker).Failure);
    }

    protected override bool MayBeLost(object message) => message is SlotProtocol.IRequest;

    private static (string Container, Failure Failure) Answered(TestProbe asker) => asker.ReceiveOne(Patience) switch
    {
        SlotProtocol.NotEnded no => (no.Container, no.Failure),
        SlotProtocol.NotKept no => (no.Container, no.Failure),
        SlotProtocol.NotPoliced no => (no.Container, no.Failure),
        var other => throw new InvalidOperationException($"not an answer: {other}"),
    };

    private static object Request(string what, IActorRef asker) => what switch
    {
        "end" => new SlotProtocol.EndSession(Container, new End(Force: true, Remove: false, TimeoutSeconds: 0), asker),
        "keep" => new SlotProtocol.KeepContainer(Container, asker),
        _ => new SlotProtocol.PoliceContainer(Container, new NetworkPolicy { Mode = NetworkMode.Open }, new NetworkPolicy { Mode = NetworkMode.Restricted }, asker),
    };

    // The listener is there once it answers.
    private void Listen() => Sys.ActorOf(Props.Create(() => new UndeliveredActor(() => _journal))).Ask<ActorIdentity>(new Identify(1)).Wait(Patience);

    private IActorRef Gone()
    {
        Listen();
        var slot = Watch(Sys.ActorOf(Props.Empty));
        Sys.Stop(slot);
        ExpectTerminated(slot, Patience);
        return slot;
    }

    private sealed class Falling : ReceiveActor
    {
        public Falling() => Receive<string>(_ => Context.Stop(Self));
    }
}
