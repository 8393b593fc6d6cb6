using System.Net;
using System.Net.Sockets;

namespace Coi.Daemon.Images;

/// <summary>The host's resolvers that a container could ask too.</summary>
internal static class HostResolvers
{
    // Behind systemd-resolved's stub the second file has the resolvers that it really asks.
    private static readonly string[] Files = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];

    /// <summary>IPv4 addresses of resolvers, those on the host's loopback left out.</summary>
    public static IReadOnlyList<string> Read() =>
    [
        .. (from file in Files.Where(File.Exists)
            from line in File.ReadLines(file)
            let words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            where words.Length > 1 && words[0] == "nameserver"
            where IPAddress.TryParse(words[1], out var address) && address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)
            select words[1]).Distinct(),
    ];
}
