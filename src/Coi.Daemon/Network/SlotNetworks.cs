using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Domain;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Network;

/// <summary>Makes and removes the bridge and the ACL of one container, through the Incus API and with the user's rights only.</summary>
internal sealed class SlotNetworks(IncusClient incus, DaemonHome home, AllowlistResolver resolver) : IAllowlistUpdater
{
    private const int Attempts = 8;

    // Who starts at the same moment must not choose the same subnet: Incus lists a bridge only when it has been made.
    private readonly Dictionary<string, Ipv4Range> _chosen = [];

    /// <summary>ACL first, then the bridge that names it: there is no moment without the policy. What exists and is ours is brought up to date.</summary>
    /// <param name="container">Name of the container.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="pool">Range that subnets are taken from.</param>
    /// <param name="mtu">MTU in bytes; null takes that of the host's default route.</param>
    /// <param name="cancellationToken">Gives up; what was made stays and is removed by <see cref="RemoveAsync"/>.</param>
    /// <param name="kind">What the container is (<see cref="OwnerKeys.Kind"/>).</param>
    public async Task<NetworkPlan> EnsureAsync(
        string container, NetworkPolicy policy, Ipv4Range pool, int? mtu, CancellationToken cancellationToken, string kind = "session")
    {
        var allowed = policy.Mode == NetworkMode.Allowlist ? await resolver.ResolveAsync(container, policy.AllowedDomains, cancellationToken).ConfigureAwait(false) : null;
        var rules = PolicyRulesFactory.Create(policy, pool, HostNetwork.Addresses(), allowed);
        var bridge = SlotNames.Bridge(container);
        var existing = await incus.Networks.FindAsync(bridge, cancellationToken).ConfigureAwait(false);
        if (existing is not null && PlanOf(existing, container) is { } kept)
        {
            CheckOurs(existing.Config, $"network {bridge}");
            await EnsureAclAsync(container, kind, kept, rules, cancellationToken).ConfigureAwait(false);
            await incus.Networks.PatchAsync(bridge, BridgeConfig(container, kind, kept, rules, allowed), cancellationToken).ConfigureAwait(false);
            return kept;
        }

        var unusable = new List<Ipv4Range>();
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var networks = await incus.Networks.ListAsync(cancellationToken).ConfigureAwait(false);
            var subnet = Choose(pool, container, [.. HostNetwork.RoutedRangesWithin(pool), .. networks.Select(RangeOf).OfType<Ipv4Range>(), .. unusable])
                ?? throw new FailureException(new Failure(
                    "network.pool_exhausted", $"no free /{NetworkPlan.PrefixLength} is left in network.subnet_pool {pool}", "End sessions, or set a larger network.subnet_pool that no route of the host overlaps"));
            var plan = new NetworkPlan(bridge, SlotNames.Acl(container), subnet.ToString(), mtu ?? HostNetwork.DefaultRouteMtu());
            await EnsureAclAsync(container, kind, plan, rules, cancellationToken).ConfigureAwait(false);
            try
            {
                await incus.Networks.CreateAsync(
                    new NewNetwork { Name = bridge, Description = $"coi: container {container}", Config = BridgeConfig(container, kind, plan, rules, allowed) },
                    cancellationToken).ConfigureAwait(false);
            }
            catch (IncusException ex) when (attempt < Attempts && IsPassing(ex))
            {
                unusable.Add(subnet);
                await RemoveBridgeAsync(bridge, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (!await LosesAgainstAnotherAsync(bridge, subnet, cancellationToken).ConfigureAwait(false)) return plan;
            await incus.Networks.DeleteAsync(bridge, cancellationToken).ConfigureAwait(false);
        }

        throw new FailureException(new Failure("network.contended", $"no subnet could be had for {container}: other programs keep taking them", "Try again"));
    }

    /// <summary>The range that a container's subnet is taken from.</summary>
    /// <exception cref="FailureException">What is configured is no range.</exception>
    public static Ipv4Range PoolOf(LaunchSpec spec) => Ipv4Range.Parse(spec.SubnetPool)
        ?? throw new FailureException(new Failure("network.pool_invalid", $"network.subnet_pool '{spec.SubnetPool}' is not a range", "Write it like 10.213.0.0/16"));

    /// <summary>Deletes bridge and ACL; what does not exist is done. The container must be gone.</summary>
    public async Task RemoveAsync(string container, CancellationToken cancellationToken)
    {
        await RemoveBridgeAsync(SlotNames.Bridge(container), cancellationToken).ConfigureAwait(false);
        var acl = SlotNames.Acl(container);
        if (await incus.NetworkAcls.FindAsync(acl, cancellationToken).ConfigureAwait(false) is { } rules && IsOurs(rules.Config))
        {
            await Absence.IgnoreAsync(incus.NetworkAcls.DeleteAsync(acl, cancellationToken)).ConfigureAwait(false);
        }

        resolver.Forget(container);
        lock (_chosen) _chosen.Remove(container);
    }

    /// <inheritdoc />
    public DateTimeOffset? LastUpdate(string container) => resolver.LastUpdate(container);

    /// <inheritdoc />
    public async Task<ResolvedAllowlist> RefreshAsync(LaunchSpec spec, NetworkPlan plan, ResolvedAllowlist? earlier, CancellationToken cancellationToken)
    {
        var allowed = await resolver.ResolveAsync(spec.Container, spec.Policy.AllowedDomains, cancellationToken).ConfigureAwait(false);
        var open = earlier is null ? allowed : allowed.Keeping(earlier);
        var pool = Ipv4Range.Parse(spec.SubnetPool) ?? plan.Range;
        // First the addresses, then the names: a name is never answered with an address that is still closed.
        await EnsureAclAsync(spec.Container, "session", plan, PolicyRulesFactory.Create(spec.Policy, pool, [], open), cancellationToken).ConfigureAwait(false);
        var answers = ResolvedAllowlist.ResolverConfiguration(allowed);
        var bridge = await incus.Networks.FindAsync(plan.Bridge, cancellationToken).ConfigureAwait(false);
        if (bridge is not null && bridge.Config.GetValueOrDefault("raw.dnsmasq") != answers)
        {
            await incus.Networks.PatchAsync(plan.Bridge, new Dictionary<string, string> { ["raw.dnsmasq"] = answers }, cancellationToken).ConfigureAwait(false);
        }

        return allowed;
    }

    /// <summary>The plan behind an existing bridge; null when it has no usable address.</summary>
    public static NetworkPlan? PlanOf(Coi.Incus.Network network, string container) =>
        RangeOf(network) is { } range && range.PrefixLength == NetworkPlan.PrefixLength
            ? new NetworkPlan(network.Name, SlotNames.Acl(container), range.ToString(), int.TryParse(network.Config.GetValueOrDefault("bridge.mtu"), out var mtu) ? mtu : 1500)
            : null;

    private bool IsOurs(IReadOnlyDictionary<string, string> config) => config.GetValueOrDefault(OwnerKeys.Home) == home.Root;

    private void CheckOurs(IReadOnlyDictionary<string, string> config, string what)
    {
        if (!IsOurs(config))
        {
            throw new FailureException(new Failure(
                "network.foreign", $"{what} exists, but it is not one of this coi's ({home.Root})", "Delete it if nobody needs it, or set another COI_CONTAINER_PREFIX"));
        }
    }

    private async Task EnsureAclAsync(string container, string kind, NetworkPlan plan, PolicyRules? rules, CancellationToken cancellationToken)
    {
        if (rules is null) return;
        var egress = rules.Egress.Select(r => new AclRule { Action = r.Action, Destination = r.Destination, Description = r.Description }).ToList();
        // Only the host may open connections to a container, so that a person can reach the server that runs inside.
        AclRule[] ingress = [new AclRule { Action = "allow", Source = $"{plan.Gateway}/32", Description = "the host" }];
        if (await incus.NetworkAcls.FindAsync(plan.Acl, cancellationToken).ConfigureAwait(false) is { } existing)
        {
            CheckOurs(existing.Config, $"network ACL {plan.Acl}");
            await incus.NetworkAcls.UpdateAsync(
                plan.Acl, NetworkAclPut.From(existing) with { Egress = egress, Ingress = ingress }, cancellationToken).ConfigureAwait(false);
            return;
        }

        await incus.NetworkAcls.CreateAsync(
            new NewNetworkAcl { Name = plan.Acl, Description = $"coi: container {container}", Egress = egress, Ingress = ingress, Config = OwnerKeys.For(home, container, kind) },
            cancellationToken).ConfigureAwait(false);
    }

    private Dictionary<string, string> BridgeConfig(string container, string kind, NetworkPlan plan, PolicyRules? rules, ResolvedAllowlist? allowed)
    {
        var config = OwnerKeys.For(home, container, kind);
        config["ipv4.address"] = $"{plan.Gateway}/{NetworkPlan.PrefixLength}";
        config["ipv4.nat"] = "true";
        config["ipv6.address"] = "none";
        config["bridge.mtu"] = plan.Mtu.ToString();
        config["raw.dnsmasq"] = ResolvedAllowlist.ResolverConfiguration(allowed);
        // An empty value clears what an earlier mode of a kept container had set.
        config["security.acls"] = rules is null ? "" : plan.Acl;
        config["security.acls.default.egress.action"] = rules?.DefaultEgress ?? "";
        config["security.acls.default.ingress.action"] = rules is null ? "" : "reject";
        return config;
    }

    private Ipv4Range? Choose(Ipv4Range pool, string container, IEnumerable<Ipv4Range> taken)
    {
        lock (_chosen)
        {
            var subnet = SubnetAllocation.Choose(pool, container, [.. taken, .. _chosen.Where(c => c.Key != container).Select(c => c.Value)]);
            if (subnet is { } found) _chosen[container] = found;
            return subnet;
        }
    }

    // Seen with two daemons that start many sessions at once: another's resolver has the address already. The next attempt takes another subnet.
    private static bool IsPassing(IncusException ex) => ex.ErrorText?.Contains("Address already in use", StringComparison.Ordinal) == true;

    private async Task RemoveBridgeAsync(string bridge, CancellationToken cancellationToken)
    {
        if (await incus.Networks.FindAsync(bridge, cancellationToken).ConfigureAwait(false) is { } network && IsOurs(network.Config))
            await Absence.IgnoreAsync(incus.Networks.DeleteAsync(bridge, cancellationToken)).ConfigureAwait(false);
    }

    // Two daemons that choose at the same moment may choose the same subnet; both see both bridges then, and the later name gives way.
    private async Task<bool> LosesAgainstAnotherAsync(string bridge, Ipv4Range subnet, CancellationToken cancellationToken)
    {
        var networks = await incus.Networks.ListAsync(cancellationToken).ConfigureAwait(false);
        return networks.Any(n => n.Name != bridge && RangeOf(n)?.Overlaps(subnet) == true && string.CompareOrdinal(n.Name, bridge) < 0);
    }

    private static Ipv4Range? RangeOf(Coi.Incus.Network network) =>
        network.Config.GetValueOrDefault("ipv4.address") is { Length: > 0 } address ? Ipv4Range.Parse(address) : null;
}
