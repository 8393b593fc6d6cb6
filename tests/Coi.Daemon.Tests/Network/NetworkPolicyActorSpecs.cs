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
        var actor = await WatchAsync();
        await RefreshedAsync(actor, 1);
        Pass(TimeSpan.FromMinutes(7) - TimeSpan.FromSeconds(1));
        await RefreshedAsync(actor, 1);
        Pass(TimeSpan.FromSeconds(2));
        await RefreshedAsync(actor, 2);
    }

    [Fact]
    public async Task After_a_restart_of_the_daemon_what_is_left_of_the_time_counts()
    {
        _updater.Known = Time.GetUtcNow() + TimeSpan.FromMinutes(3);
        var actor = await WatchAsync();
        Pass(TimeSpan.FromMinutes(2));
        await RefreshedAsync(actor, 0);
        Pass(TimeSpan.FromMinutes(1));
        await RefreshedAsync(actor, 1);
    }

    [Theory]
    [InlineData(-60)] // it was due while the daemon was away
    [InlineData(60 * 24 * 365)] // the clock was set back
    public async Task A_moment_that_cannot_be_right_is_now(int minutes)
    {
        _updater.Known = Time.GetUtcNow() + TimeSpan.FromMinutes(minutes);
        await RefreshedAsync(await WatchAsync(), 1);
    }

    [Fact]
    public async Task After_a_failure_it_is_tried_again_a_minute_later()
    {
        _updater.Next = () => throw new InvalidOperationException("Incus is away");
        var actor = await WatchAsync();
        await RefreshedAsync(actor, 1);
        Pass(TimeSpan.FromSeconds(59));
        await RefreshedAsync(actor, 1);
        _updater.Next = () => null;
        Pass(TimeSpan.FromSeconds(2));
        await RefreshedAsync(actor, 2);
    }

    [Fact]
    public async Task When_the_network_is_gone_it_rests()
    {
        _updater.Next = () => null;
        var actor = await WatchAsync();
        await RefreshedAsync(actor, 1);
        Pass(TimeSpan.FromDays(1));
        await RefreshedAsync(actor, 1);
    }

    [Fact]
    public async Task Another_policy_is_followed_from_then_on()
    {
        _updater.Next = () => Time.GetUtcNow() + TimeSpan.FromMinutes(7);
        var actor = await WatchAsync();
        await RefreshedAsync(actor, 1);
        await FollowAsync(actor, Spec with { Policy = new NetworkPolicy { Mode = NetworkMode.Restricted } });
        Pass(TimeSpan.FromDays(1));
        await RefreshedAsync(actor, 1);
        var listed = Spec with { Policy = Spec.Policy with { AllowedDomains = ["example.org"] } };
        await FollowAsync(actor, listed);
        await RefreshedAsync(actor, 2);
        Assert.Same(listed, _updater.Last);
    }

    private static LaunchSpec Spec { get; } = Launches.Spec() with { Policy = new NetworkPolicy { Mode = NetworkMode.Allowlist, RefreshMinutes = 30 } };

    private async Task<IActorRef> WatchAsync()
    {
        var spec = Spec;
        var actor = Sys.ActorOf(Props.Create(() => new NetworkPolicyActor(spec, _plan, OwnerKeys.Session, _updater, Time)));
        await SettledAsync(actor);
        return actor;
    }

    private async Task FollowAsync(IActorRef actor, LaunchSpec spec)
    {
        actor.Tell(new NetworkPolicyActor.Follow(spec));
        await SettledAsync(actor);
    }

    private async Task RefreshedAsync(IActorRef actor, int times)
    {
        await SettledAsync(actor);
        Assert.Equal(times, _updater.Count);
    }

    // What is due now has been done, and the next timer is set. A refresh answers at once here, so its outcome lies behind the question that
    // came while it was under way, and before the one that is asked after that.
    private async Task SettledAsync(IActorRef actor)
    {
        await AnsweredAsync(actor);
        Pass(TimeSpan.FromMilliseconds(1));
        await AnsweredAsync(actor);
        await AnsweredAsync(actor);
    }

    private static Task<ActorIdentity> AnsweredAsync(IActorRef actor) => actor.Ask<ActorIdentity>(new Identify(null), Patience);

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
            try
            {
                return Task.FromResult(Next());
            }
            catch (InvalidOperationException error)
            {
                return Task.FromException<DateTimeOffset?>(error);
            }
        }
    }
}
