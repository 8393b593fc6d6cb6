namespace Coi.Domain.Network;

/// <summary>The addresses and names of one slot's network.</summary>
/// <param name="Bridge">Name of the managed bridge.</param>
/// <param name="Acl">Name of the network ACL.</param>
/// <param name="Subnet">The bridge's /29 in CIDR form, such as <c>10.213.4.8/29</c>.</param>
/// <param name="Mtu">MTU of the bridge in bytes; that of the host's default route.</param>
public sealed record NetworkPlan(string Bridge, string Acl, string Subnet, int Mtu)
{
    /// <summary>Size of a slot's subnet: network, gateway, container, room for four more, broadcast.</summary>
    public const int PrefixLength = 29;

    /// <summary>Address of the bridge: gateway and resolver of the container.</summary>
    public string Gateway => Ipv4Range.Text(Range.First + 1);

    /// <summary>Address of the container.</summary>
    public string Address => Ipv4Range.Text(Range.First + 2);

    /// <summary>The subnet as a range.</summary>
    public Ipv4Range Range => Ipv4Range.Parse(Subnet) ?? throw new FormatException($"'{Subnet}' is not a subnet");
}
