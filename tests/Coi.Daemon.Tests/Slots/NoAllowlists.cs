using Coi.Daemon.Network;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Tests.Slots;

/// <summary>For slots whose policy lists no names.</summary>
internal sealed class NoAllowlists : IAllowlistUpdater
{
    public DateTimeOffset? LastUpdate(string container) => null;

    public Task<ResolvedAllowlist> RefreshAsync(LaunchSpec spec, NetworkPlan plan, ResolvedAllowlist? earlier, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"{spec.Container} has no allowlist");
}
