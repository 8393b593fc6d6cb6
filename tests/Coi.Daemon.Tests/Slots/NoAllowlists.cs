using Coi.Daemon.Network;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Tests.Slots;

/// <summary>For slots whose policy lists no names.</summary>
internal sealed class NoAllowlists : IAllowlistUpdater
{
    public DateTimeOffset? Due(string container) => null;

    public Task<DateTimeOffset?> RefreshAsync(LaunchSpec spec, NetworkPlan plan, string kind, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"{spec.Container} has no allowlist");
}
