namespace Coi.Domain.Network;

/// <summary>
/// What a network ACL cannot say. Incus accepts port 53 from a bridge to every address of the host before it asks the ACL, so that a slot could ask any
/// resolver that runs there, another slot's too, and send what it likes in names. It lets through what belongs to a connection that the kernel
/// knows, also one of an earlier session or of another slot. It forwards whatever address a packet says it comes from. And an ACL has those addresses of
/// the host that it had when the slot started. And while Incus sets a bridge up anew, as it does when it restarts, the bridge has no ACL for a while.
/// </summary>
public static class Fence
{
    private const string Prefix = "coi.";
    private const string Path = "PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin;";

    // What Incus accepts whatever the ACL says: DNS and DHCP.
    private const string Exempt = "{ 53, 67, 547 }";

    /// <summary>
    /// Shell commands that put the fence of a bridge up, run as root before the container's own processes: one nftables table, made in one transaction.
    /// Its name ends with the process that looks after the container; the fences of processes that are gone are taken away.
    /// </summary>
    /// <param name="bridge">The bridge.</param>
    /// <param name="policy">What the container may reach.</param>
    public static string Up(string bridge, NetworkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var rules = string.Concat(Rules(bridge, policy).Select(rule => $" add rule inet $t {rule.Chain} iifname {bridge} {rule.Text};"));
        return $"""
            {Path} t={Prefix}{bridge}.$PPID; z=$(($(od -An -N2 -tu2 /dev/urandom) % 65534 + 1));
            for old in $(nft list tables inet | sed -n "s/^table inet \(coi[.].*\)/\1/p"); do [ -d /proc/$(echo $old | sed "s/.*[.]//") ] || nft delete table inet $old; done;
            rules="add table inet $t; add chain inet $t early {"{ type filter hook prerouting priority raw; }"}; add chain inet $t input {"{ type filter hook input priority filter; }"}; add chain inet $t late {"{ type filter hook postrouting priority 300; }"}; add set inet $t {Unasked} {"{ type iface_index; flags dynamic, timeout; timeout 10s; }"};{rules}";
            zone="add rule inet $t early iifname {bridge} ct original zone set $z;";
            nft "$rules $zone" || nft "$rules"
            """.ReplaceLineEndings(" ");
    }

    /// <summary>Shell commands that take away what the same process had put up; what is not there is fine.</summary>
    /// <param name="bridge">The bridge.</param>
    public static string Down(string bridge) => $"{Path} nft delete table inet {Prefix}{bridge}.$PPID || true";

    // The bridge is in it for ten seconds after the last packet that nobody was asked about.
    private const string Unasked = "unasked";

    private static IEnumerable<(string Chain, string Text)> Rules(string bridge, NetworkPolicy policy)
    {
        // A borrowed address: what is refused, and what answers, would carry the container's words to whom the address belongs to.
        yield return ("early", "ip saddr 0.0.0.0 udp dport 67 accept");
        yield return ("early", "fib saddr . iif oif missing drop");
        // Only what is for the host itself; what is accepted is asked by the ACL all the same. An open network is kept from others' resolvers only.
        yield return ("input", "fib daddr . iif type local accept");
        yield return ("input", "fib daddr . iif type broadcast udp dport 67 accept");
        if (policy.Mode == NetworkMode.Allowlist && Listed(policy) is { Length: > 0 } listed) yield return ("input", $"ip daddr {{ {listed} }} accept");
        var open = policy.Mode == NetworkMode.Open;
        yield return ("input", open ? $"tcp dport {Exempt} reject with tcp reset" : "meta l4proto tcp reject with tcp reset");
        yield return ("input", open ? $"udp dport {Exempt} reject" : "reject");
        if (open) yield break;
        // Incus takes a bridge's masquerading away together with its ACL: what leaves without it has not been asked about. What goes back into the bridge leaves
        // nothing: multicast of the host itself looks as if it came from there (ip_mc_output in net/ipv4/ip_output.c), such as its IGMP when the bridge comes up.
        var leaves = $"oifname != {bridge}";
        yield return ("late", $"{leaves} ct direction original ct status ! snat update @{Unasked} {{ iif }} drop");
        // It puts masquerading back first. Nothing tells when the ACL follows, so new connections wait until it surely has.
        yield return ("late", $"{leaves} ct direction original ct state new iif @{Unasked} drop");
        // What the kernel takes for no packet of any connection is not masqueraded either.
        yield return ("late", $"{leaves} ct state invalid drop");
    }

    // As in the ACL, the host's own addresses are meant only where they are listed by themselves.
    private static string Listed(NetworkPolicy policy) => string.Join(
        ", ", policy.ListedAddresses().Select(Ipv4Range.Parse).OfType<Ipv4Range>().Where(range => range.PrefixLength == 32).Select(range => Ipv4Range.Text(range.First)).Distinct());
}
