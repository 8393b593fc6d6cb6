namespace Coi.Domain.Network;

/// <summary>Turns a policy into the rules of a network ACL.</summary>
public static class PolicyRulesFactory
{
    private static readonly (string Range, string Why)[] PrivateRanges =
    [
        ("10.0.0.0/8", "private (RFC 1918)"),
        ("172.16.0.0/12", "private (RFC 1918)"),
        ("192.168.0.0/16", "private (RFC 1918)"),
        ("100.64.0.0/10", "carrier-grade NAT (RFC 6598)"),
    ];

    // What allow_local_network_access opens where nothing is open by itself.
    private static readonly string[] LocalNetwork = [.. PrivateRanges.Select(r => r.Range).Take(3)];

    private static readonly (string Range, string Why)[] NeverUseful =
    [
        ("0.0.0.0/8", "this network (RFC 1122)"),
        ("127.0.0.0/8", "loopback"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved and broadcast"),
        // Slots have no IPv6; this holds even where somebody switches it on for the bridge.
        ("::/0", "IPv6"),
    ];

    /// <summary>The rules of a policy; null in open mode, which has no ACL.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="pool">The range that all slots live in: slots never reach one another.</param>
    /// <param name="hostAddresses">The host's own addresses, which a container never reaches.</param>
    /// <param name="allowed">What allowlist mode opens; ignored in the other modes.</param>
    public static PolicyRules? Create(NetworkPolicy policy, Ipv4Range pool, IEnumerable<string> hostAddresses, ResolvedAllowlist? allowed = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Mode switch
        {
            NetworkMode.Open => null,
            NetworkMode.Restricted => new PolicyRules("allow", [.. Rejections(policy, pool, hostAddresses)]),
            NetworkMode.Allowlist => new PolicyRules("reject", [.. Listed(policy, allowed ?? ResolvedAllowlist.Empty, pool, hostAddresses)]),
            _ => throw new ArgumentOutOfRangeException(nameof(policy), policy.Mode, "unknown network mode"),
        };
    }

    // A listed range may hold other slots and the host's own addresses; these are meant only where they are listed by themselves.
    private static IEnumerable<EgressRule> Listed(NetworkPolicy policy, ResolvedAllowlist allowed, Ipv4Range pool, IEnumerable<string> hostAddresses)
    {
        var listed = allowed.Destinations.Select(Cidr).ToList();
        var local = policy.AllowLocalNetworkAccess ? LocalNetwork.Except(listed).ToList() : [];
        var ranges = listed.Concat(local).Select(Ipv4Range.Parse).OfType<Ipv4Range>().Where(r => r.PrefixLength < 32).ToList();
        var within = hostAddresses.Select(Cidr).Where(a => !listed.Contains(a) && Ipv4Range.Parse(a) is { } address && ranges.Any(r => r.Overlaps(address)));
        return listed.Select(d => new EgressRule("allow", d, "allowed_domains"))
            .Concat(local.Select(r => new EgressRule("allow", r, "allow_local_network_access")))
            .Concat(within.Select(a => new EgressRule("reject", a, "the host itself")))
            .Append(new EgressRule("reject", pool.ToString(), "other slots"));
    }

    private static IEnumerable<EgressRule> Rejections(NetworkPolicy policy, Ipv4Range pool, IEnumerable<string> hostAddresses)
    {
        var ranges = new List<(string Range, string Why)>(NeverUseful) { (pool.ToString(), "other slots") };
        ranges.AddRange(hostAddresses.Select(a => (Cidr(a), "the host itself")));
        if (policy.BlockMetadataEndpoint) ranges.Add(("169.254.0.0/16", "link-local and cloud metadata"));
        if (policy.BlockPrivateNetworks && !policy.AllowLocalNetworkAccess) ranges.AddRange(PrivateRanges);
        return ranges.DistinctBy(r => r.Range).Select(r => new EgressRule("reject", r.Range, r.Why));
    }

    private static string Cidr(string address) => address.Contains('/', StringComparison.Ordinal) ? address : address + "/32";
}
