using System.Threading.Channels;
using Coi.Daemon.Network;
using Coi.Daemon.Slots;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.Slots;

/// <summary>The allowlist of a slot is kept true while its container runs.</summary>
public sealed class SlotPolicySpecs : SlotBench
{
    private readonly Refreshes _refreshes = new();

    public SlotPolicySpecs() => Allowlists = _refreshes;

    [Fact]
    public async Task A_kept_container_that_somebody_started_is_refreshed_until_it_stops()
    {
        var events = Launches.Journal(SlotPhase.Kept, Time.GetUtcNow());
        var slot = Slot([.. events.Select(WithAllowlist)]);
        Reaches(SlotPhase.Kept);
        Assert.False(_refreshes.Begun.TryRead(out _));

        slot.Tell(new SlotProtocol.Fact(new InstanceObserved(Exists: true, Running: true)), Asker);

        using var patience = new CancellationTokenSource(Patience);
        await AwaitAssertAsync(() =>
        {
            Pass(TimeSpan.FromMilliseconds(1));
            Assert.True(_refreshes.Begun.TryRead(out var container));
            Assert.Equal(Launches.Spec().Container, container);
        });

        slot.Tell(new SlotProtocol.Fact(new InstanceObserved(Exists: true, Running: false)), Asker);
        await _refreshes.Ended.ReadAsync(patience.Token);
    }

    private static ISlotEvent WithAllowlist(ISlotEvent evt) => evt is LaunchRequested requested
        ? requested with { Spec = requested.Spec with { Policy = new NetworkPolicy { Mode = NetworkMode.Allowlist, AllowedDomains = ["example.org"], RefreshMinutes = 5 } } }
        : evt;

    // Each refresh lasts until the container's actor has no more use for it.
    private sealed class Refreshes : IAllowlistUpdater
    {
        private readonly Channel<string> _begun = Channel.CreateUnbounded<string>();
        private readonly Channel<string> _ended = Channel.CreateUnbounded<string>();

        public ChannelReader<string> Begun => _begun.Reader;

        public ChannelReader<string> Ended => _ended.Reader;

        public DateTimeOffset? Due(string container) => null;

        public async Task<DateTimeOffset?> RefreshAsync(LaunchSpec spec, NetworkPlan plan, string kind, CancellationToken cancellationToken)
        {
            await _begun.Writer.WriteAsync(spec.Container, CancellationToken.None);
            var over = new TaskCompletionSource();
            await using var _ = cancellationToken.Register(over.SetResult);
            await over.Task;
            await _ended.Writer.WriteAsync(spec.Container, CancellationToken.None);
            return null;
        }
    }
}
