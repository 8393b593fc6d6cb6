using System.Net;
using System.Net.Sockets;

namespace Coi.Daemon.Network.Names;

/// <summary>Who the host asks for names, and what it knows without asking; read anew each time, as a VPN changes both.</summary>
internal class NameServers
{
    /// <summary>Names another file in the place of <c>/etc/resolv.conf</c>; for tests.</summary>
    public const string Variable = "COI_RESOLV_CONF";

    private const string Hosts = "/etc/hosts";
    private const int Port = 53;

    private static string ResolverFile => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : "/etc/resolv.conf";

    /// <summary>The host's name servers in their order.</summary>
    public virtual IReadOnlyList<IPEndPoint> Read() =>
        [.. Lines(ResolverFile).Where(words => words[0] == "nameserver").Select(words => Address(words[1])).OfType<IPAddress>().Select(a => new IPEndPoint(a, Port))];

    /// <summary>IPv4 addresses that the host's own file of names gives to a name.</summary>
    public static IReadOnlyList<IPAddress> FromHosts(string name) =>
    [
        .. Lines(Hosts).Where(words => words.Skip(1).Contains(name, StringComparer.OrdinalIgnoreCase)).Select(words => Address(words[0])).OfType<IPAddress>()
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork),
    ];

    private static IPAddress? Address(string text) => IPAddress.TryParse(text, out var address) ? address : null;

    private static IEnumerable<string[]> Lines(string path)
    {
        if (!File.Exists(path)) return [];
        return File.ReadAllLines(path).Select(line => line.Split('#', ';')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1);
    }
}
