using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Coi.Domain.Network;

namespace Coi.Daemon.Network;

/// <summary>What the host's own network looks like at this moment.</summary>
internal static class HostNetwork
{
    private const string RouteTable = "/proc/net/route";

    private const string LocalAddresses = "/proc/net/fib_trie";

    /// <summary>
    /// IPv4 addresses of the host, loopback left out. An address that is not in it would be reachable from inside, so the kernel's table of local
    /// addresses is read as well as the interfaces': it also has those that are routed to the host and stand on no interface.
    /// </summary>
    public static IReadOnlyList<string> Addresses() =>
        [.. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Concat(Local())
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a))
            .Select(a => a.ToString())
            .Distinct()];

    // An address stands on a line "|-- 192.0.2.1", what it is on the next: "/32 host LOCAL".
    private static IEnumerable<IPAddress> Local()
    {
        if (!File.Exists(LocalAddresses)) yield break;
        var address = "";
        foreach (var line in File.ReadAllLines(LocalAddresses).Select(line => line.Trim()))
        {
            if (line.StartsWith("|-- ", StringComparison.Ordinal)) address = line[4..];
            else if (line.StartsWith("/32 host LOCAL", StringComparison.Ordinal) && IPAddress.TryParse(address, out var local)) yield return local;
        }
    }

    /// <summary>MTU in bytes of the interface behind the default route; 1500 when there is none. A bridge with a larger one makes downloads hang.</summary>
    public static int DefaultRouteMtu()
    {
        var name = Routes().FirstOrDefault(r => r.Range.PrefixLength == 0).Interface;
        var mtu = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(i => i.Name == name)?.GetIPProperties().GetIPv4Properties().Mtu;
        return mtu is >= 576 and <= 9000 ? mtu.Value : 1500;
    }

    /// <summary>
    /// Ranges in a pool that the host has a route for. A route that holds the whole pool (a VPN's 10.0.0.0/8, the default route) takes
    /// nothing: a bridge's own route is more specific and wins.
    /// </summary>
    public static IReadOnlyList<Ipv4Range> RoutedRangesWithin(Ipv4Range pool) =>
        [.. Routes().Select(r => r.Range).Where(r => r.Overlaps(pool) && r.PrefixLength > pool.PrefixLength)];

    // Columns: interface, destination, gateway, flags, refcount, use, metric, mask (proc(5)); addresses in the machine's byte order.
    private static IEnumerable<(string Interface, Ipv4Range Range)> Routes()
    {
        if (!File.Exists(RouteTable)) yield break;
        foreach (var line in File.ReadLines(RouteTable).Skip(1))
        {
            var columns = line.Split('\t', StringSplitOptions.TrimEntries);
            if (columns.Length < 8) continue;
            yield return (columns[0], new Ipv4Range(Number(columns[1]), uint.PopCount(Number(columns[7])) is var bits ? (int)bits : 0));
        }
    }

    private static uint Number(string hex) =>
        System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(uint.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
