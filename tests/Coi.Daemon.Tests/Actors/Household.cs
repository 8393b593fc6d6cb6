using Akka.Actor;

namespace Coi.Daemon.Tests.Actors;

/// <summary>A parent for one actor under test: passes on what it is told, and lets the test hear what the child tells its parent.</summary>
internal sealed class Household : ReceiveActor
{
    private readonly SupervisorStrategy _strategy;

    public Household(Props child, string name, IActorRef ear, SupervisorStrategy strategy)
    {
        _strategy = strategy;
        var actor = Context.Watch(Context.ActorOf(child, name));
        Receive<Terminated>(_ => ear.Tell(new Stopped()));
        // Akka takes some messages itself, whoever they are sent to: a kill would kill this parent.
        Receive<Crash>(_ => actor.Tell(Kill.Instance));
        ReceiveAny(m =>
        {
            if (Sender.Equals(actor)) ear.Forward(m);
            else actor.Forward(m);
        });
    }

    /// <summary>Have the child throw.</summary>
    internal sealed record Crash;

    /// <summary>The child has stopped.</summary>
    internal sealed record Stopped;

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;
}
