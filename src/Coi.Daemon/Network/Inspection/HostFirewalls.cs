using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Network.Inspection;

/// <summary>A firewall of the host, and what lets coi's bridges through it; coi's own policy stays in force.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Remedy">The commands.</param>
internal sealed record HostFirewall(string Name, string Remedy);

/// <summary>Finds out which firewall the host has. Its rules cannot be read without root, but that it is there can be seen by everybody.</summary>
internal static class HostFirewalls
{
    private const string UfwSettings = "/etc/ufw/ufw.conf";

    /// <summary>The firewalls that are active.</summary>
    /// <param name="pool">The range that slots take their subnets from.</param>
    public static IReadOnlyList<HostFirewall> Find(string pool)
    {
        var programs = Programs();
        var found = new List<HostFirewall>();
        if (UfwIsOn()) found.Add(new HostFirewall("ufw", "sudo ufw allow in on coi+ to any port 53; sudo ufw allow in on coi+ to any port 67 proto udp; sudo ufw route allow in on coi+"));
        if (programs.Contains("firewalld"))
            found.Add(new HostFirewall("firewalld", $"sudo firewall-cmd --permanent --zone=trusted --add-source={pool}; sudo firewall-cmd --reload"));
        if (programs.Contains("dockerd"))
            found.Add(new HostFirewall("Docker", "sudo iptables -I DOCKER-USER -i coi+ -j ACCEPT; sudo iptables -I DOCKER-USER -o coi+ -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"));
        return found;
    }

    /// <summary>What to say at a container's start about a firewall that keeps it from its network; null when none was noticed.</summary>
    /// <param name="container">Name of the container.</param>
    /// <param name="first">What the first command inside answered.</param>
    /// <param name="pool">The range that slots take their subnets from.</param>
    public static string? Noticed(string container, ExecResult first, string pool)
    {
        if (ResolverProbe.Failed(first)) return Explain(container, pool);
        return OfForwarding(SlotNames.Bridge(container), pool) is { } dropped ? $"The network of {container} is blocked: {dropped}" : null;
    }

    /// <summary>What to say about a firewall that drops what a bridge forwards; null when none was found at the last start.</summary>
    public static string? OfForwarding(string bridge, string pool) => Dropping(bridge) is not { } chain ? null
        : $"the chain '{chain}' of this machine's own firewall drops what is forwarded. " + (Find(pool) is { Count: > 0 } likely
            ? Remedies(likely)
            : $"Let coi's networks through: sudo nft insert rule {chain} iifname 'coi*' accept; sudo nft insert rule {chain} oifname 'coi*' ct state established,related accept");

    /// <summary>What to say when something that should be open gives no answer at all, as behind a firewall that drops; null where there is none.</summary>
    public static string? Suspect(string pool) => Find(pool) is { Count: > 0 } found
        ? "What gives no answer may be dropped by this machine's own firewall. " + Remedies(found)
        : null;

    // The resolver of the container's bridge does not answer.
    private static string Explain(string container, string pool)
    {
        // Docker's rules concern what is forwarded; the resolver is the host's own.
        var likely = Find(pool).Where(f => f.Name != "Docker").ToList();
        var start = $"The network of {container} is blocked by this machine's own firewall: the resolver of its bridge does not answer. ";
        return start + (likely.Count > 0
            ? Remedies(likely)
            : "Its bridge's name begins with 'coi': let DNS and DHCP from interfaces coi* in (UDP and TCP 53, UDP 67), and what they send through (docs/troubleshooting.md)");
    }

    private static string? Dropping(string bridge)
    {
        try
        {
            return HostForwarding.Found(File.ReadAllText(HostForwarding.Place(bridge)));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Remedies(IEnumerable<HostFirewall> firewalls) =>
        string.Join(" ", firewalls.Select(f => $"{f.Name} is active; this lets coi's networks through, under coi's own policy: {f.Remedy}"));

    private static bool UfwIsOn()
    {
        try
        {
            return File.ReadLines(UfwSettings).Any(line => line.Trim().Equals("ENABLED=yes", StringComparison.OrdinalIgnoreCase));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The names of all processes of the host; a service manager need not be there. Those inside containers, a Docker in a session say, have a
    // process number in a namespace of their own as well.
    private static HashSet<string> Programs()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            try
            {
                var status = File.ReadAllLines(Path.Combine(process, "status"));
                if (Value(status, "NSpid:").Split('\t').Length == 1) names.Add(Value(status, "Name:"));
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return names;
    }

    private static string Value(string[] status, string key) => status.FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim() ?? "";
}
