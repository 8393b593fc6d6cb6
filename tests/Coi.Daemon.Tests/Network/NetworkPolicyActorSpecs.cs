using Akka.Actor;
using Coi.Daemon.Hosting;
using Coi.Daemon.Network;
using Coi.Daemon.Tests.Actors;
using Coi.Daemon.Tests.Slots;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.Network;

public sealed class NetworkPolicyActorSpecs : ActorSpecs
{
    private readonly Updater _updater = new();
    private readonly NetworkPlan _plan = new("coi-bridge", "coi-acl", "10.213.4.8/29", 1500);

    [Fact]
    public async Task What_was_never_asked_for_is_asked_for_at_once_and_then_when_it_is_due()
    {
        _updater.Next = () => Time.GetUtcNow() + TimeSpan.FromMinutes(7);
        Watch();
        await RefreshedAsync(1);
        Pass(TimeSpan.FromMinutes(7) - TimeSpan.FromSeconds(1));
        Assert.Equal(1, _updater.Count);
        Pass(TimeSpan.FromSeconds(2));
        await RefreshedAsync(2);
    }

    [Fact]
    public async Task After_a_restart_of_the_daemon_what_is_left_of_the_time_counts()
    {
        _updater.Known = Time.GetUtcNow() + TimeSpan.FromMinutes(3);
        Watch();
        Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(0, _updater.Count);
        Pass(TimeSpan.FromMinutes(1));
        await RefreshedAsync(1);
    }

    [Theory]
    [InlineData(-60)] // it was due while the daemon was away
    [InlineData(60 * 24 * 365)] // the clock was set back
    public async Task A_moment_that_cannot_be_right_is_now(int minutes)
    {
        _updater.Known = Time.GetUtcNow() + TimeSpan.FromMinutes(minutes);
        Watch();
        await RefreshedAsync(1);
    }

    [Fact]
    public async Task After_a_failure_it_is_tried_again_a_minute_later()
    {
        _updater.Next = () => throw new InvalidOperationException("Incus is away");
        Watch();
        await RefreshedAsync(1);
        _updater.Next = () => null;
        Pass(TimeSpan.FromSeconds(61));
        await RefreshedAsync(2);
    }

    [Fact]
    public async Task When_the_network_is_gone_it_rests()
    {
        _updater.Next = () => null;
        Watch();
        await RefreshedAsync(1);
        Pass(TimeSpan.FromDays(1));
        Assert.Equal(1, _updater.Count);
    }

    [Fact]
    public async Task Another_policy_is_followed_from_then_on()
    {
        _updater.Next = () => Time.GetUtcNow() + TimeSpan.FromMinutes(7);
        var actor = Watch();
        await RefreshedAsync(1);
        actor.Tell(new NetworkPolicyActor.Follow(Spec with { Policy = new NetworkPolicy { Mode = NetworkMode.Restricted } }));
        Pass(TimeSpan.FromDays(1));
        Assert.Equal(1, _updater.Count);
        var listed = Spec with { Policy = Spec.Policy with { AllowedDomains = ["example.org"] } };
        actor.Tell(new NetworkPolicyActor.Follow(listed));
        await RefreshedAsync(2);
        Assert.Same(listed, _updater.Last);
    }

    private static LaunchSpec Spec { get; } = Launches.Spec() with { Policy = new NetworkPolicy { Mode = NetworkMode.Allowlist, RefreshMinutes = 30 } };

    private IActorRef Watch()
    {
        var spec = Spec;
        var actor = Sys.ActorOf(Props.Create(() => new NetworkPolicyActor(spec, _plan, OwnerKeys.Session, _updater, Time)));
        Pass(TimeSpan.FromMilliseconds(1));
        return actor;
    }

    // The answer reaches the actor as a message; a moment passes until its timer is set.
    private Task RefreshedAsync(int times) => AwaitAssertAsync(() =>
    {
        Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(times, _updater.Count);
    });

    private sealed class Updater : IAllowlistUpdater
    {
        private int _count;

        public int Count => _count;

        public LaunchSpec? Last { get; private set; }

        public DateTimeOffset? Known { get; set; }

        public Func<DateTimeOffset?> Next { get; set; } = () => null;

        public DateTimeOffset? Due(string container) => Known;

        public Task<DateTimeOffset?> RefreshAsync(LaunchSpec spec, NetworkPlan plan, string kind, CancellationToken cancellationToken)
        {
            Last = spec;
            Interlocked.Increment(ref _count);
            return Task.FromResult(Next());
        }
    }
}
