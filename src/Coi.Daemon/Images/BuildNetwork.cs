using Coi.Contracts;
using Coi.Daemon.Incus;
using Coi.Daemon.Network;
using Coi.Domain.Network;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>The bridge and the ACL of a build container.</summary>
internal sealed class BuildNetwork(IncusClient incus, BuildOptions options)
{
    // Somebody else may take the same subnet between looking and making.
    private const int Attempts = 3;

    /// <summary>Makes the ACL and then the bridge, so that the bridge is never without its policy; returns the bridge's plan.</summary>
    public async Task<NetworkPlan> CreateAsync(string name, CancellationToken cancellationToken)
    {
        var pool = options.Pool;
        var rules = PolicyRulesFactory.Create(options.Policy, pool, HostNetwork.Addresses());
        if (rules is not null) await incus.NetworkAcls.CreateAsync(Acl(name, rules), cancellationToken);

        for (var attempt = 1; ; attempt++)
        {
            var subnet = await ChooseAsync(name, pool, cancellationToken);
            var plan = new NetworkPlan(name, name, subnet.ToString(), options.Mtu ?? HostNetwork.DefaultRouteMtu());
            try
            {
                // Seen to its end: Incus does not take back well what its client gives up (UnfinishedNetwork).
                await incus.Networks.CreateAsync(Bridge(plan, rules), CancellationToken.None);
                return plan;
            }
            catch (IncusException error) when (attempt < Attempts && error.ErrorText?.Contains("in use", StringComparison.OrdinalIgnoreCase) == true)
            {
                // Chosen anew, from what is taken by then.
            }
        }
    }

    /// <summary>Removes both; what does not exist is fine.</summary>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        await Absence.IgnoreAsync(incus.Networks.DeleteAsync(name, cancellationToken));
        await Absence.IgnoreAsync(incus.NetworkAcls.DeleteAsync(name, cancellationToken));
    }

    private async Task<Ipv4Range> ChooseAsync(string name, Ipv4Range pool, CancellationToken cancellationToken)
    {
        var taken = HostNetwork.RoutedRangesWithin(pool).ToList();
        foreach (var network in await incus.Networks.ListAsync(cancellationToken))
        {
            if (network.Config.TryGetValue("ipv4.address", out var address) && Ipv4Range.Parse(address) is { } range) taken.Add(range);
        }

        return SubnetAllocation.Choose(pool, name, taken) ?? throw new ProblemException(new Problem(
            "network.exhausted", $"no subnet is free in {pool} for the build's network: the host's routes and other networks take it all",
            "set [network] subnet_pool to a private range that nothing here uses"));
    }

    private NewNetworkAcl Acl(string name, PolicyRules rules) => new()
    {
        Name = name,
        Description = "coi image build",
        Egress = [.. rules.Egress.Select(r => new AclRule { Action = r.Action, Destination = r.Destination, Description = r.Description })],
        Config = BuildMarks.For(options.Home),
    };

    private NewNetwork Bridge(NetworkPlan plan, PolicyRules? rules)
    {
        var config = BuildMarks.For(options.Home);
        config["ipv4.address"] = $"{plan.Gateway}/{NetworkPlan.PrefixLength}";
        config["ipv4.nat"] = "true";
        config["ipv6.address"] = "none";
        config["bridge.mtu"] = plan.Mtu.ToString();
        config["raw.dnsmasq"] = options.BridgeResolver;
        if (rules is not null)
        {
            config["security.acls"] = plan.Acl;
            config["security.acls.default.egress.action"] = rules.DefaultEgress;
            config["security.acls.default.ingress.action"] = "reject";
        }

        return new NewNetwork { Name = plan.Bridge, Description = "coi image build", Config = config };
    }
}
