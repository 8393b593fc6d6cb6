using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Network.Names;
using Coi.Domain;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Network;

/// <summary>Makes and removes the bridge and the ACL of one container, through the Incus API and with the user's rights only.</summary>
internal sealed class SlotNetworks(IncusClient incus, DaemonHome home, AllowlistNames names, NamesDirectory directory, SlotAcls acls, PerContainer order)
{
    private const int Attempts = 8;

    private readonly ClosedNic _closed = new(incus);

    // Who starts at the same moment must not choose the same subnet: Incus lists a bridge only when it has been made.
    private readonly Dictionary<string, Ipv4Range> _chosen = [];

    /// <summary>ACL first, then the bridge that names it: there is no moment without the policy. What exists and is ours is brought up to date.</summary>
    /// <param name="container">Name of the container.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="pool">Range that subnets are taken from.</param>
    /// <param name="mtu">MTU in bytes; null takes that of the host's default route.</param>
    /// <param name="cancellationToken">Gives up; what was made stays and is removed by <see cref="RemoveAsync"/>.</param>
    /// <param name="kind">What the container is (<see cref="OwnerKeys.Kind"/>).</param>
    public Task<NetworkPlan> EnsureAsync(
        string container, NetworkPolicy policy, Ipv4Range pool, int? mtu, CancellationToken cancellationToken, string kind = OwnerKeys.Session) =>
        order.RunAsync(container, () => EnsureHereAsync(container, policy, pool, mtu, kind, cancellationToken), cancellationToken);

    /// <summary>
    /// Puts another policy into force while the container runs, first in its keys, from which a rebuilt journal and a refresh that is under way know.
    /// Can be repeated, from wherever it was broken off; after a failure what is closed stays closed.
    /// </summary>
    /// <param name="spec">The container with the new policy.</param>
    /// <param name="remember">Writes it into the container's keys.</param>
    /// <param name="kind">What the container is (<see cref="OwnerKeys.Kind"/>).</param>
    public Task PoliceAsync(LaunchSpec spec, Func<Task> remember, string kind) => order.RunAsync(
        spec.Container,
        async () =>
        {
            if (await incus.Networks.FindAsync(SlotNames.Bridge(spec.Container), CancellationToken.None).ConfigureAwait(false) is null)
                throw new FailureException(new Failure("network.missing", $"the network of {spec.Container} is gone", $"coi shutdown {spec.Container}; the next session gets a new one"));
            await remember().ConfigureAwait(false);
            return await EnsureHereAsync(spec.Container, spec.Policy, PoolOf(spec), spec.Mtu, kind, CancellationToken.None).ConfigureAwait(false);
        },
        CancellationToken.None);

    private async Task<NetworkPlan> EnsureHereAsync(
        string container, NetworkPolicy policy, Ipv4Range pool, int? mtu, string kind, CancellationToken cancellationToken)
    {
        var memory = policy.Mode == NetworkMode.Allowlist ? await names.AskAsync(container, policy, cancellationToken).ConfigureAwait(false) : null;
        var rules = PolicyRulesFactory.Create(policy, pool, HostNetwork.Addresses(), memory is null ? null : ResolvedAllowlist.Of(policy, memory));
        var resolver = Resolver(container, policy, memory);
        var bridge = SlotNames.Bridge(container);
        var existing = await incus.Networks.FindAsync(bridge, cancellationToken).ConfigureAwait(false);
        if (existing is { Managed: false }) throw new FailureException(Stray(bridge));
        if (existing is { IsPending: true }) await RemoveBridgeAsync(bridge, cancellationToken).ConfigureAwait(false);
        else if (existing is not null && PlanOf(existing, container) is { } kept)
        {
            OwnerKeys.Require(existing.Config, home, $"network {bridge}");
            await RenewAsync(container, kind, existing, kept, rules, resolver).ConfigureAwait(false);
            if (memory is null) ForgetNames(container);
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
            if (rules is not null) await acls.EnsureAsync(container, kind, plan, rules, cancellationToken).ConfigureAwait(false);
            try
            {
                // Seen to its end: Incus does not take back well what its client gives up (UnfinishedNetwork).
                await incus.Networks.CreateAsync(
                    new NewNetwork { Name = bridge, Description = $"coi: container {container}", Config = BridgeConfig(container, kind, plan, rules, resolver) },
                    CancellationToken.None).ConfigureAwait(false);
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

    // Of an Incus that was deleted, or whose database was: nothing in Incus removes it.
    private static Failure Stray(string bridge) => new(
        "network.interface_stray", $"this machine has an interface {bridge} that Incus knows nothing of; the slot's bridge is to have that name",
        $"sudo ip link delete {bridge}, or take another slot (--slot)");

    /// <summary>The range that a container's subnet is taken from.</summary>
    /// <exception cref="FailureException">What is configured is no range.</exception>
    public static Ipv4Range PoolOf(LaunchSpec spec) => Ipv4Range.Parse(spec.SubnetPool)
        ?? throw new FailureException(new Failure("network.pool_invalid", $"network.subnet_pool '{spec.SubnetPool}' is not a range", "Write it like 10.213.0.0/16"));

    /// <summary>Deletes bridge and ACL and forgets the names; what does not exist is done. The container must be gone.</summary>
    public Task RemoveAsync(string container, CancellationToken cancellationToken) => order.RunAsync(
        container,
        async () =>
        {
            await DetachOthersAsync(container, cancellationToken).ConfigureAwait(false);
            await RemoveBridgeAsync(SlotNames.Bridge(container), cancellationToken).ConfigureAwait(false);
            await acls.RemoveAsync(SlotNames.Acl(container), cancellationToken).ConfigureAwait(false);
            ForgetNames(container);
            lock (_chosen) _chosen.Remove(container);
            return true;
        },
        cancellationToken);

    /// <summary>A bridge, or what a deletion that was broken off has left of it under its second name.</summary>
    public async Task<Coi.Incus.Network?> FindWhatIsLeftAsync(string bridge, CancellationToken cancellationToken) =>
        await incus.Networks.FindAsync(bridge, cancellationToken).ConfigureAwait(false)
        ?? await incus.Networks.FindAsync(NetworksApi.NameAsideOf(bridge), cancellationToken).ConfigureAwait(false);

    /// <summary>The plan behind an existing bridge; null when it has no usable address.</summary>
    public static NetworkPlan? PlanOf(Coi.Incus.Network network, string container) =>
        RangeOf(network) is { } range && range.PrefixLength == NetworkPlan.PrefixLength
            ? new NetworkPlan(network.Name, SlotNames.Acl(container), range.ToString(), int.TryParse(network.Config.GetValueOrDefault("bridge.mtu"), out var mtu) ? mtu : 1500)
            : null;

    // Rules mean something only together with the default that the bridge names, so both change while the NIC is closed.
    private async Task RenewAsync(string container, string kind, Coi.Incus.Network bridge, NetworkPlan plan, PolicyRules? rules, string resolver)
    {
        var wanted = BridgeConfig(container, kind, plan, rules, resolver);
        if (wanted.All(pair => bridge.Config.GetValueOrDefault(pair.Key, "") == pair.Value))
        {
            if (rules is not null) await acls.EnsureAsync(container, kind, plan, rules, CancellationToken.None).ConfigureAwait(false);
            await _closed.OpenAsync(container, plan).ConfigureAwait(false);
        }
        else
        {
            await _closed.WhileAsync(
                container,
                plan,
                async () =>
                {
                    if (rules is not null) await acls.EnsureAsync(container, kind, plan, rules, CancellationToken.None).ConfigureAwait(false);
                    await incus.Networks.PatchAsync(plan.Bridge, wanted, CancellationToken.None).ConfigureAwait(false);
                }).ConfigureAwait(false);
        }

        if (rules is null) await acls.RemoveAsync(plan.Acl, CancellationToken.None).ConfigureAwait(false);
    }

    private void ForgetNames(string container)
    {
        names.Forget(container);
        directory.Remove(container);
    }

    // A bridge that is never refreshed needs no file that somebody could clear away.
    private string Resolver(string container, NetworkPolicy policy, AllowlistMemory? memory)
    {
        if (memory is null) return ResolverConfiguration.AllNames;
        return policy.RefreshMinutes > 0 && NamesDirectory.IsReadable && directory.TryWrite(container, ResolverConfiguration.HostsFile(memory.Answers))
            ? ResolverConfiguration.Watched(directory.Of(container))
            : ResolverConfiguration.Written(memory.Answers);
    }

    private Dictionary<string, string> BridgeConfig(string container, string kind, NetworkPlan plan, PolicyRules? rules, string resolver)
    {
        var config = OwnerKeys.For(home, container, kind);
        config["ipv4.address"] = $"{plan.Gateway}/{NetworkPlan.PrefixLength}";
        config["ipv4.nat"] = "true";
        config["ipv6.address"] = "none";
        config["bridge.mtu"] = plan.Mtu.ToString();
        config["raw.dnsmasq"] = resolver;
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

    // A copy made with `incus copy`, or the container under a new name, keeps the NIC, and Incus removes no bridge that is in use. Without the
    // NIC it reaches nothing, which is safe; left as it is, it would keep the slot from ever getting a network again.
    private async Task DetachOthersAsync(string container, CancellationToken cancellationToken)
    {
        const string Instances = "/1.0/instances/";
        var bridge = SlotNames.Bridge(container);
        if (await incus.Networks.FindAsync(bridge, cancellationToken).ConfigureAwait(false) is not { UsedBy.Count: > 0 } network || !OwnerKeys.AreOf(network.Config, home)) return;
        foreach (var name in network.UsedBy.Where(user => user.StartsWith(Instances, StringComparison.Ordinal)).Select(user => user[Instances.Length..].Split('?')[0]))
        {
            if (name == container || await incus.Instances.FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } other) continue;
            await incus.Instances.ReplaceAsync(
                name,
                InstancePut.From(other) with { Devices = other.Devices.Where(device => device.Value.GetValueOrDefault("network") != bridge).ToDictionary() },
                etag: null,
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveBridgeAsync(string bridge, CancellationToken cancellationToken)
    {
        if (await FindWhatIsLeftAsync(bridge, cancellationToken).ConfigureAwait(false) is { } network && OwnerKeys.AreOf(network.Config, home))
            await Absence.IgnoreAsync(incus.Networks.DeleteAsync(network.Name, cancellationToken)).ConfigureAwait(false);
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
