using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Coi.Daemon.Tests.Actors;

/// <summary>
/// An actor system of a test's own, in which time is virtual, the journal is in memory, and a message that nobody takes fails the test.
/// </summary>
public abstract class ActorSpecs : TestKit
{
    /// <summary>The longest that a test waits for a fact; only a failing test waits that long.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const string Virtual = """
        akka.loglevel = WARNING
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.test.default-timeout = 20s
        akka.test.single-expect-default = 20s
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        """;

    private readonly ConcurrentQueue<object> _lost = new();

    protected ActorSpecs(string config = "")
        : base(ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString(Virtual)))
    {
        var post = Sys.ActorOf(Props.Create(() => new LostPost(_lost)), "lost-post");
        Sys.EventStream.Subscribe(post, typeof(DeadLetter));
        Sys.EventStream.Subscribe(post, typeof(UnhandledMessage));
    }

    /// <summary>The clock of what is tested; moves only with <see cref="Pass"/>.</summary>
    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 2, 1, 10, 0, 0, TimeSpan.Zero));

    /// <summary>Lets time pass for timers and clock alike.</summary>
    protected void Pass(TimeSpan time)
    {
        Time.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    /// <summary>Whether a message may get lost in this test.</summary>
    protected virtual bool MayBeLost(object message) => false;

    protected override void AfterAll()
    {
        var lost = _lost.Where(m => !IsAkkas(m) && !MayBeLost(m)).Select(m => m.ToString()).ToList();
        base.AfterAll();
        Assert.True(lost.Count == 0, string.Join('\n', lost));
    }

    // Permits and timeouts that Akka sends to actors that have stopped meanwhile.
    private static bool IsAkkas(object message) => message.GetType().Namespace?.StartsWith("Akka.", StringComparison.Ordinal) == true;

    private sealed class LostPost : ReceiveActor
    {
        public LostPost(ConcurrentQueue<object> lost)
        {
            Receive<DeadLetter>(m => lost.Enqueue(m.Message));
            Receive<UnhandledMessage>(m => lost.Enqueue(m.Message));
        }
    }
}
