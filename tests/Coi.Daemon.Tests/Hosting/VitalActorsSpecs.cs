using Akka.Actor;
using Coi.Daemon.Hosting;
using Coi.Daemon.Tests.Actors;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Coi.Daemon.Tests.Hosting;

public sealed class VitalActorsSpecs : ActorSpecs
{
    private readonly HostLife _host = new();

    [Fact]
    public void The_daemon_ends_when_an_actor_that_it_needs_has_stopped_for_good()
    {
        var (needed, lifetime) = Watch();

        Sys.Stop(needed);

        Assert.True(_host.Stopped.Wait(Patience));
        Assert.Equal(1, lifetime.ExitCode);
    }

    [Fact]
    public void An_actor_that_stops_because_the_daemon_ends_is_no_fault()
    {
        var (needed, lifetime) = Watch();
        lifetime.Stop();

        Watch(needed);
        Sys.Stop(needed);
        ExpectTerminated(needed);

        Assert.Equal(0, lifetime.ExitCode);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _host.Dispose();
    }

    private (IActorRef Needed, DaemonLifetime Lifetime) Watch()
    {
        var lifetime = new DaemonLifetime(Time, _host);
        var needed = Sys.ActorOf(Props.Empty, "needed");
        var watcher = Sys.ActorOf(Props.Create(() => new VitalActors(new List<IActorRef> { needed }, lifetime)));
        // It watches once it answers.
        watcher.Ask<ActorIdentity>(new Identify(1)).Wait(Patience);
        return (needed, lifetime);
    }

    /// <summary>The life of a host that ends when it is told to.</summary>
    private sealed class HostLife : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public ManualResetEventSlim Stopped { get; } = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
            _stopping.Cancel();
            Stopped.Set();
        }

        public void Dispose()
        {
            _stopping.Dispose();
            Stopped.Dispose();
        }
    }
}
