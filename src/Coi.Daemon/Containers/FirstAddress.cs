using Coi.Daemon.Network.Inspection;
using Coi.Domain.Network;
using Coi.Incus;

namespace Coi.Daemon.Containers;

/// <summary>
/// Gives a container that has just started the address and the resolver that its DHCP client will get as well, so that the first command
/// need not wait for its network service. Where the image lacks the tools it waits.
/// </summary>
internal static class FirstAddress
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    // Renamed into its place: while the container boots, systemd puts its link back as soon as the name is free.
    private const string Script =
        """
        command -v ip >/dev/null && [ -e /sys/class/net/eth0 ] || exit 0
        ip link set eth0 up && ip address replace "$1/$3" dev eth0 && ip route replace default via "$2" dev eth0 || exit 0
        printf 'nameserver %s\n' "$2" >"/etc/resolv.conf.$$" && mv -fT "/etc/resolv.conf.$$" /etc/resolv.conf || exit 0
        command -v bash >/dev/null || exit 0
        resolver_answers "$2" || echo resolver silent
        """;

    /// <summary>The request that does it.</summary>
    public static ExecRequest Request(NetworkPlan plan) => new()
    {
        Command = ["sh", "-c", ResolverProbe.Function + Script, "coi-address", plan.Address, plan.Gateway, NetworkPlan.PrefixLength.ToString()],
        Cwd = "/",
        Timeout = Deadline,
    };
}
