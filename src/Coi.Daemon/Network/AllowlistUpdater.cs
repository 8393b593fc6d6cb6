using Coi.Daemon.Network.Names;
using Coi.Daemon.Slots;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Network;

/// <summary>Brings the allowlist of a running container up to date.</summary>
internal interface IAllowlistUpdater
{
    /// <summary>When the names are to be asked for again; null when they never were.</summary>
    DateTimeOffset? Due(string container);

    /// <summary>Asks for the names again and applies the answers.</summary>
    /// <returns>When to do it again; null for never, as the container's network is gone.</returns>
    Task<DateTimeOffset?> RefreshAsync(LaunchSpec spec, NetworkPlan plan, string kind, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IAllowlistUpdater"/>
internal sealed class AllowlistUpdater(IncusClient incus, AllowlistNames names, NamesDirectory directory, SlotAcls acls, PerContainer order) : IAllowlistUpdater
{
    private const string Resolver = "raw.dnsmasq";

    private readonly ClosedNic _closed = new(incus);

    /// <inheritdoc />
    public DateTimeOffset? Due(string container) => names.Due(container);

    /// <inheritdoc />
    public Task<DateTimeOffset?> RefreshAsync(LaunchSpec spec, NetworkPlan plan, string kind, CancellationToken cancellationToken) => order.RunAsync(
        spec.Container,
        async () =>
        {
            if (await incus.Networks.FindAsync(plan.Bridge, cancellationToken).ConfigureAwait(false) is not { } bridge) return null;
            if (!await IsInForceAsync(spec, bridge, cancellationToken).ConfigureAwait(false)) return null;
            var memory = await names.AskAsync(spec.Container, spec.Policy, cancellationToken).ConfigureAwait(false);
            // First the addresses, then the names: a name is never answered with an address that is still closed.
            var rules = PolicyRulesFactory.Create(spec.Policy, Ipv4Range.Parse(spec.SubnetPool) ?? plan.Range, HostNetwork.Addresses(), ResolvedAllowlist.Of(spec.Policy, memory));
            if (rules is not null) await acls.EnsureAsync(spec.Container, kind, plan, rules, CancellationToken.None).ConfigureAwait(false);
            await AnswerAsync(spec.Container, plan, bridge.Config.GetValueOrDefault(Resolver), memory).ConfigureAwait(false);
            return memory.Due;
        },
        cancellationToken);

    // The policy may have been changed while this refresh waited for its turn: what it knows is old then, and would put the old policy back. And rules of
    // an allowlist would open everything on a bridge whose default they do not have.
    private async Task<bool> IsInForceAsync(LaunchSpec spec, Coi.Incus.Network bridge, CancellationToken cancellationToken) =>
        bridge.Config.GetValueOrDefault("security.acls.default.egress.action") == "reject"
        && (await incus.Instances.FindAsync(spec.Container, cancellationToken).ConfigureAwait(false) is not { } instance
            || SlotContainer.SpecOf(instance) is not { } known
            || known.Policy == spec.Policy);

    private async Task AnswerAsync(string container, NetworkPlan plan, string? resolver, AllowlistMemory memory)
    {
        if (ResolverConfiguration.IsWatching(resolver) && directory.TryWrite(container, ResolverConfiguration.HostsFile(memory.Answers))) return;
        var written = ResolverConfiguration.Written(memory.Answers);
        if (resolver == written)
        {
            await _closed.OpenAsync(container, plan).ConfigureAwait(false);
            return;
        }

        await _closed.WhileAsync(
            container, plan, () => incus.Networks.PatchAsync(plan.Bridge, new Dictionary<string, string> { [Resolver] = written }, CancellationToken.None)).ConfigureAwait(false);
    }
}
