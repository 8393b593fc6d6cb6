using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

/// <summary>What root in a container tries to get past its policy. Hosts and services see each packet that comes, so an attempt without an answer is no success either.</summary>
[Collection(SharedNeighbours.Name)]
public sealed class BreakoutSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private readonly List<HostService> _services = [];
    private Neighbourhood? _around;

    private Neighbourhood Around => _around ?? throw new InvalidOperationException("the test has not begun");

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _around = await Neighbourhood.CreateAsync();
        foreach (var address in new[] { Neighbourhood.Here, Neighbourhood.HereToLan })
        {
            foreach (var port in new[] { NetworkHost.Port, 53, 67 }) _services.Add(HostService.Start(address, port));
        }
    }

    public override async Task DisposeAsync()
    {
        foreach (var service in _services) service.Dispose();
        await base.DisposeAsync();
        if (_around is not null) await _around.DisposeAsync();
    }

    [Fact]
    public async Task Frames_written_by_hand_get_out_of_a_restricted_session_to_public_hosts_only()
    {
        var name = await Coi.StartAsync("--debug");
        await AttackAsync(name, open: Around.First, closed: [Around.Lan.Address, Neighbourhood.Here, Neighbourhood.HereToLan, "169.254.169.254", "255.255.255.255", "224.0.0.251"]);

        Assert.True(Around.Lan.Trap.Packets.Count == 0, string.Join('\n', Around.Lan.Trap.Packets));
    }

    [Fact]
    public async Task Frames_written_by_hand_get_out_of_an_allowlist_to_what_is_listed_only()
    {
        Coi.Configure($"network.mode = \"allowlist\"\nnetwork.allowed_domains = [\"{Around.First.Address}\"]\n");
        var name = await Coi.StartAsync("--debug");
        await AttackAsync(name, open: Around.First, closed: [Around.Second.Address, Around.Lan.Address, Neighbourhood.Here, Neighbourhood.HereToLan, "255.255.255.255"]);

        Assert.True(Around.Second.Trap.Packets.Count == 0, string.Join('\n', Around.Second.Trap.Packets));
        Assert.True(Around.Lan.Trap.Packets.Count == 0, string.Join('\n', Around.Lan.Trap.Packets));
    }

    [Fact]
    public async Task Root_who_changes_the_network_inside_gets_no_further()
    {
        var name = await Coi.StartAsync("--debug");
        var gateway = await GatewayAsync(name);
        await Inside.ExpectAsync(name, $"tcp:{Around.First.Address}:8080 → open");
        var bridge = $"$(ip neighbour show {gateway} | grep -o '[0-9a-f:]\\{{17\\}}')";
        foreach (var (what, commands) in new[]
        {
            ("a second address", "ip address add 192.168.77.3/24 dev eth0"),
            ("static neighbours", "for a in 192.168.77.2 192.168.77.1; do ip route replace $a dev eth0 scope link; ip neighbour replace $a lladdr $BRIDGE dev eth0 nud permanent; done"),
            ("another hardware address", "ip link set eth0 down; ip link set eth0 address 02:00:00:00:77:01; ip link set eth0 up; ip address flush dev eth0 scope host; ip route replace default via $GATEWAY"),
            ("no firewall", "nft flush ruleset; iptables -F; sysctl -w net.ipv4.ip_forward=1"),
            ("another default route", "ip route flush dev eth0; ip route replace default dev eth0 scope link"),
        })
        {
            Output.WriteLine(what);
            await IncusView.ExecAsync(name, "sh", "-c", $"GATEWAY={gateway}; BRIDGE={bridge}; {commands}");
            await Inside.ExpectAsync(
                name, $"tcp:{Around.Lan.Address}:8080 → closed", $"udp:{Around.Lan.Address}:8080 → closed",
                $"tcp:{Neighbourhood.HereToLan}:8080 → closed", $"udp:{Neighbourhood.Here}:53 → closed");
        }

        Assert.True(Around.Lan.Trap.Packets.Count == 0, string.Join('\n', Around.Lan.Trap.Packets));
        Assert.All(_services, service => Assert.Empty(service.Heard));
    }

    [Fact]
    public async Task There_is_no_IPv6_to_get_out_by()
    {
        var name = await Coi.StartAsync("--debug", "--network", "open");
        Inside.Compare(["router6: → silent", "all6: → silent"], await Inside.RunAsync(name, "probe.py", "router6:", "all6:"), "root");
        Assert.DoesNotContain("inet6 2", (await IncusView.ExecAsync(name, "ip", "-6", "address", "show", "dev", "eth0")).Output, StringComparison.Ordinal);
    }

    private async Task AttackAsync(string name, NetworkHost open, IReadOnlyList<string> closed)
    {
        var gateway = await GatewayAsync(name);
        await using var here = await LocalServer.StartAsync();
        using var onGateway = HostService.Start(gateway, NetworkHost.Port);

        Output.WriteLine((await Inside.RunAsync(name, "attack.py", [gateway, open.Address, .. closed, gateway])).Succeeded().Output);

        // The attempts are real: at a host that is open the same frames arrive.
        foreach (var kind in new[] { "udp", "tcp", "icmp", "gre", "unknown-protocol", "second-address", "other-mac", "port-53", "dhcp", "large" })
            await Eventually.IsTrueAsync($"{kind} at {open.Address}", TimeSpan.FromSeconds(5), () => Task.FromResult(open.Trap.Caught($"coi-{kind}>{open.Address}.")), () => string.Join('\n', open.Trap.Packets));
        // With a borrowed address nothing gets anywhere, not even to an open host: its answer would go to whom the address belongs to.
        Assert.DoesNotContain(open.Trap.Packets, packet => !packet.StartsWith(Neighbourhood.Here, StringComparison.Ordinal));
        Assert.All([.. _services, onGateway], service => Assert.True(service.Heard.Count == 0, $"{service.EndPoint}: {string.Join(", ", service.Heard)}"));
        // After such a storm the kernel refuses datagrams no longer by name: it sends few such words a second.
        await Inside.ExpectAsync(
            name, [.. closed.Where(address => address[0] is '1').SelectMany(address => new[] { $"tcp:{address}:8080 → refused", $"udp:{address}:8080 → closed" }), $"tcp:{gateway}:{here.Port} → refused", $"icmp:{gateway} → closed"]);
    }

    private async Task<string> GatewayAsync(string container)
    {
        var bridge = (string?)(await Coi.Incus.InstanceAsync(container))!["devices"]!["eth0"]!["network"] ?? "";
        return ((string?)(await Coi.Incus.NetworkAsync(bridge))!["config"]!["ipv4.address"] ?? "").Split('/')[0];
    }
}
