namespace Coi.Domain.Network;

/// <summary>
/// Whether a firewall of the host drops what coi's bridges forward, as Docker's does. No packet within the machine shows that, and only root may read
/// the rules; so it is looked up with the fence, as root, when a container starts. What was found is written to the bridge's alias, which everybody
/// may read, and which goes when the bridge goes.
/// </summary>
public static class HostForwarding
{
    private const string Mark = "forwarding dropped by ";

    // "ip filter FORWARD": family, table and name of a chain that every forwarded packet of IPv4 passes and that drops by its policy.
    private const string Dropping = "/^table/ { t = $2 FS $3 } /chain/ { c = $2 } /hook forward.*policy drop/ && t ~ /^(ip|inet) / { print t, c; exit }";

    /// <summary>Where the alias of a bridge can be read.</summary>
    public static string Place(string bridge) => $"/sys/class/net/{bridge}/ifalias";

    /// <summary>Shell commands that look, and never fail. A rule that lets all of coi's bridges or their addresses through is taken for an answer.</summary>
    /// <param name="bridge">The bridge.</param>
    /// <param name="pool">The range that slots take their subnets from.</param>
    public static string Look(string bridge, Ipv4Range pool)
    {
        // Rules of iptables-legacy are not among those of nftables.
        var addresses = pool.ToString().Replace(".", "[.]", StringComparison.Ordinal);
        return $"""
            c=$(nft list chains 2>/dev/null | awk "{Dropping.Replace("$", "\\$", StringComparison.Ordinal)}");
            if [ "$c" ] && nft list ruleset 2>/dev/null | grep -Eq "(iifname .coi[*]. |ip saddr {addresses} ).*accept"; then c=; fi;
            if [ ! "$c" ] && grep -qs filter /proc/net/ip_tables_names; then l=$(iptables-legacy -S);
            if echo "$l" | grep -qe "-P FORWARD DROP" && ! echo "$l" | grep -Eqe "(-i coi[+]|-s {addresses}) .*ACCEPT"; then c="iptables-legacy filter FORWARD"; fi; fi;
            echo "$c" | sed "s/^./{Mark}&/" > {Place(bridge)};
            """.ReplaceLineEndings(" ");
    }

    /// <summary>What was found at the last start.</summary>
    /// <param name="alias">The bridge's alias.</param>
    /// <returns>The chain that drops, as family, table and name; null when none was found.</returns>
    public static string? Found(string alias) => alias.StartsWith(Mark, StringComparison.Ordinal) ? alias[Mark.Length..].Trim() : null;
}
