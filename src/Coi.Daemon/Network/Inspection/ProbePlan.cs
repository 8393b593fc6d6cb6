using Coi.Contracts;
using Coi.Domain;
using Coi.Domain.Network;

namespace Coi.Daemon.Network.Inspection;

/// <summary>A probe that is to be sent from inside.</summary>
/// <param name="Words">What the script is told.</param>
/// <param name="Read">What the script's line means.</param>
internal sealed record PlannedProbe(string Words, Func<string, NetworkProbe> Read);

/// <summary>What a test tries: packets to this machine's own addresses, and to others only where the user named them; the rest is read from the rules.</summary>
/// <param name="network">The network as it is.</param>
/// <param name="memory">What is known of its allowlist's names.</param>
/// <param name="wanted">The rules that its policy asks for; null for none.</param>
internal sealed class ProbePlan(InspectedNetwork network, AllowlistMemory memory, PolicyRules? wanted)
{
    private const string Open = "open";
    private const string Closed = "closed";
    private const string OnlyTheResolverKnows = "_gateway.incus";
    private const string NotListed = "not-listed.invalid";
    private const int UsualPort = 443;

    // A machine may have hundreds: one for each bridge.
    private const int MostOfOwn = 8;

    private static readonly (string What, string Address)[] ByRule =
    [
        ("cloud metadata", "169.254.169.254"),
        ("private network", "10.0.0.1"),
        ("private network", "172.16.0.1"),
        ("private network", "192.168.0.1"),
        ("carrier-grade NAT", "100.64.0.1"),
        ("public internet", "203.0.113.1"),
    ];

    private bool Listed => network.Owner.Spec.Policy.Mode == NetworkMode.Allowlist;

    /// <summary>Probes that nothing is sent for.</summary>
    public IEnumerable<NetworkProbe> Rules()
    {
        var listed = network.Owner.Spec.Policy.ListedAddresses().Select(entry => ("listed address", entry.Split('/')[0]));
        var behind = memory.Names.SelectMany(name => name.Value.Addresses.Select(address => ($"address of {name.Key}", address)));
        foreach (var (what, address) in Listed ? [.. listed, .. behind, .. ByRule] : ByRule)
        {
            var found = RulesVerdict.On(network.Egress, address);
            yield return new NetworkProbe(what, address, "rule", Expected(address), found.Passes ? Open : Closed, found.Why);
        }
    }

    /// <summary>Probes that are sent.</summary>
    /// <param name="targets">Where they can go.</param>
    /// <param name="hostAddresses">The host's own addresses.</param>
    /// <param name="asked">Further places, as the user named them.</param>
    public IEnumerable<PlannedProbe> Packets(ProbeTargets targets, IReadOnlyList<string> hostAddresses, IEnumerable<(string Host, int Port)> asked)
    {
        var gateway = network.Plan.Gateway;
        yield return Dns("the bridge's resolver", gateway, 53, OnlyTheResolverKnows, Open, answer => answer is not null);
        if (Listed)
        {
            foreach (var (name, known) in memory.Names)
                yield return Dns($"the name {name}", gateway, 53, name, known.Addresses.IsEmpty ? Closed : Open, answer => answer is { Code: 0, Addresses.Count: > 0 });
            yield return Dns("a name that is not listed", gateway, 53, NotListed, Closed, answer => answer is { Code: 0, Addresses.Count: > 0 });
        }

        yield return new PlannedProbe("ipv6", line => new NetworkProbe("IPv6", "eth0", "packet", Closed, Found(line), Rest(line)));
        foreach (var probe in Own(targets, hostAddresses)) yield return probe;
        foreach (var (host, port) in asked) yield return Ipv4Range.Parse(host) is null ? Name(host, port) : Tcp("asked for", host, port);
    }

    // What an open network reaches of this machine says nothing about the policy.
    private IEnumerable<PlannedProbe> Own(ProbeTargets targets, IReadOnlyList<string> hostAddresses)
    {
        if (network.Owner.Spec.Policy.Mode == NetworkMode.Open) yield break;
        var (gateway, pool) = (network.Plan.Gateway, SlotNetworks.PoolOf(network.Owner.Spec));
        if (targets.ListenTcp(gateway) is { } gatewayPort) yield return Tcp("a port of the gateway", gateway, gatewayPort);
        var own = hostAddresses.Where(address => Ipv4Range.Parse(address) is { } range && !range.Overlaps(pool)).Take(MostOfOwn).ToList();
        foreach (var address in own)
        {
            if (targets.ListenTcp(address) is { } port) yield return Tcp("this machine", address, port);
        }

        if (own.Count > 0 && targets.AnswerUdp(own[0]) is { } udp)
            yield return Dns("a resolver other than the bridge's", own[0], udp, NotListed, Expected(own[0]), answer => answer is not null);

        if (hostAddresses.FirstOrDefault(address => address != gateway && Ipv4Range.Parse(address) is { } range && range.Overlaps(pool)) is { } neighbour)
        {
            if (targets.ListenTcp(neighbour) is { } port) yield return Tcp("another slot's network", neighbour, port);
        }
    }

    /// <summary>Reads <c>HOST</c> or <c>HOST:PORT</c>.</summary>
    /// <exception cref="FailureException">It is neither.</exception>
    public static (string Host, int Port) Place(string text)
    {
        var parts = text.Split(':');
        var port = UsualPort;
        var valid = parts.Length is 1 or 2 && (parts.Length == 1 || (int.TryParse(parts[1], out port) && port is > 0 and < 65536))
            && parts[0].Length is > 0 and < 254 && parts[0].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && parts[0][0] != '-';
        return valid ? (parts[0], port) : throw new FailureException(new Failure("network.invalid", $"'{text}' is no place to probe", "Write it like example.org:443 or 198.51.100.10:80"));
    }

    private PlannedProbe Tcp(string what, string address, int port) => new(
        $"tcp {address} {port}", line => new NetworkProbe(what, $"{address}:{port}", "packet", Expected(address), Found(line), Rest(line)));

    private PlannedProbe Name(string host, int port) => new($"name {host} {port}", line =>
    {
        var target = $"{host}:{port}";
        var isListed = network.Owner.Spec.Policy.ListedNames().Contains(host.ToLowerInvariant());
        if (line == "unresolved") return new NetworkProbe("asked for", target, "packet", !Listed || isListed ? Open : Closed, Closed, "the name does not resolve");
        var (address, rest) = (line.Split(' ')[0], Rest(line));
        return new NetworkProbe("asked for", target, "packet", Listed ? isListed ? Open : Closed : Expected(address), Found(rest), $"{address} {Rest(rest)}".Trim());
    });

    private static PlannedProbe Dns(string what, string server, int port, string name, string expected, Func<DnsAnswer?, bool> isOpen) => new(
        $"dns {server} {port} {name}",
        line =>
        {
            var answer = line.StartsWith("answer ", StringComparison.Ordinal) ? DnsAnswer.Parse(Convert.FromHexString(Rest(line))) : null;
            return new NetworkProbe(what, $"{server}:{port}/udp", "packet", expected, isOpen(answer) ? Open : Closed, answer?.Words ?? Rest(line));
        });

    private string Expected(string address) => RulesVerdict.On(wanted, address).Passes ? Open : Closed;

    private static string Found(string line) => line.StartsWith(Open, StringComparison.Ordinal) ? Open : Closed;

    private static string Rest(string line) => line.Split(' ', 2) is [_, var rest] ? rest : "";
}
