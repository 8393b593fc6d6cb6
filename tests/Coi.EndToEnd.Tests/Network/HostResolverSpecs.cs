using System.Net;
using System.Net.Sockets;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

/// <summary>
/// Incus accepts port 53 and DHCP from a bridge to every address of the host, whatever the ACL says. A slot could so ask other slots' resolvers and any that
/// runs on the host, and what is asked leaves the machine.
/// </summary>
[Collection(SharedNeighbours.Name)]
public sealed class HostResolverSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private const string Name = "service.coi-e2e.test";
    private const string Other = "other.coi-e2e.test";
    private const string Late = "198.51.100.73";
    private NameServer? _names;
    private NetworkHost? _host;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _host = await NetworkHost.CreateAsync("coi-e2e-dns", "198.51.100.70", _ => Task.CompletedTask);
        _names = await NameServer.StartAsync(new Dictionary<string, string> { [Name] = _host.Address, [Other] = _host.Address });
        Coi.Environment["COI_RESOLV_CONF"] = _names.ResolverFile;
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_names is not null) await _names.DisposeAsync();
        if (_host is not null) await _host.DisposeAsync();
        await Shell.RunAsync("ip", ["address", "delete", $"{Late}/32", "dev", "lo"]);
    }

    [Fact]
    public async Task A_slot_asks_the_resolver_of_its_own_bridge_and_no_other_of_this_host()
    {
        // Both answer only what is listed; that the other is asked at all is the point.
        var other = await StartAsync("other", $"mode = \"allowlist\"\nallowed_domains = [\"{Other}\"]", "shell", "--background", "--debug");
        var listing = await StartAsync("listing", $"mode = \"allowlist\"\nallowed_domains = [\"{Name}\"]", "shell", "--background", "--debug");
        var restricted = await StartAsync("restricted", "mode = \"restricted\"", "shell", "--background", "--debug");
        var open = await StartAsync("open", "mode = \"open\"", "shell", "--background", "--debug");
        var launched = $"{Coi.Prefix}launched";
        await StartAsync("launched", $"mode = \"allowlist\"\nallowed_domains = [\"{Name}\"]", "container", "launch", "coi", launched);
        var others = await GatewayAsync(other);
        using var resolver = HostService.Start("198.51.100.69", 53);
        using var relay = HostService.Start("198.51.100.69", 67);

        await Inside.ExpectAsync(other, $"dns:{others}:{Other} → open", $"dns:{others}:{Other}:tcp → open", $"dns:{others}:{Name} → nxdomain");
        foreach (var container in new[] { listing, restricted, open, launched })
        {
            var own = await GatewayAsync(container);
            // The kernel answers six datagrams of a container at once and then one each second (net.ipv4.icmp_ratelimit): refused or dropped, both are closed.
            await Inside.ExpectAsync(
                container, $"tcp:{own}:53 → open", $"dns:{others}:{Other} → refused", $"dns:{others}:{Other}:tcp → refused", $"udp:{others}:67 → refused",
                "dns:198.51.100.69:any.test → closed", "dns:198.51.100.69:any.test:tcp → refused", "udp:198.51.100.69:67 → refused");
        }

        await Inside.ExpectAsync(listing, $"dns:{await GatewayAsync(listing)}:{Name} → open", $"dns:{await GatewayAsync(listing)}:{Other} → nxdomain");
        Assert.Empty(resolver.Heard);
        Assert.Empty(relay.Heard);
        await Coi.OutputAsync("container", "delete", "--force", launched);
    }

    [Fact]
    public async Task A_resolver_of_this_host_that_is_listed_by_its_address_is_asked()
    {
        using var resolver = HostService.Start("198.51.100.69", 53);
        var name = await StartAsync("listed", "mode = \"allowlist\"\nallowed_domains = [\"198.51.100.69\"]", "shell", "--background", "--debug");

        await Inside.ExpectAsync(name, "udp:198.51.100.69:53 → open", "tcp:198.51.100.69:53 → open", "tcp:198.51.100.69:22 → refused");
        Assert.NotEmpty(resolver.Heard);
    }

    [Theory]
    [InlineData("mode = \"restricted\"")]
    [InlineData("mode = \"allowlist\"\nallowed_domains = [\"198.51.100.0/24\"]")]
    public async Task An_address_that_the_host_gets_after_the_start_is_as_closed_as_the_others(string network)
    {
        var name = await StartAsync("late", network, "shell", "--background", "--debug");
        await Shell.OutputAsync("ip", "address", "add", $"{Late}/32", "dev", "lo");
        using var service = HostService.Start(Late);

        await Inside.ExpectAsync(name, $"tcp:{_host!.Address}:8080 → open", $"tcp:{Late}:{service.EndPoint.Port} → refused", $"udp:{Late}:{service.EndPoint.Port} → refused");
        Assert.Empty(service.Heard);
    }

    [Fact]
    public async Task What_the_host_itself_sends_to_the_bridge_keeps_nobody_waiting()
    {
        var name = await StartAsync("multicast", "mode = \"restricted\"", "shell", "--background", "--debug");
        using var member = new UdpClient(AddressFamily.InterNetwork);
        member.JoinMulticastGroup(IPAddress.Parse("239.255.77.1"), IPAddress.Parse(await GatewayAsync(name))); // the kernel says so by IGMP, on the bridge

        await Inside.ExpectAsync(name, $"tcp:{_host!.Address}:8080 → open");
    }

    [Fact]
    public async Task The_fence_is_there_before_the_container_runs_and_gone_after_its_end()
    {
        var name = await StartAsync("fence", "mode = \"restricted\"", "shell", "--background", "--debug");
        var bridge = (string?)(await Coi.Incus.InstanceAsync(name))!["devices"]!["eth0"]!["network"] ?? "";
        Assert.Equal(1, await FencesAsync(bridge));

        await IncusView.ExecAsync(name, "reboot");
        await Eventually.IsTrueAsync("waiting for the reboot", TimeSpan.FromSeconds(60), async () => await Coi.Incus.RunsAsync(name) && (await IncusView.ExecAsync(name, "true")).ExitCode == 0);
        Assert.Equal(1, await FencesAsync(bridge));

        await Coi.OutputAsync("kill", "--force", name);
        await Coi.NothingIsLeftAsync();
        Assert.Equal(0, await FencesAsync(bridge));
    }

    // Each in a project of its own, whose configuration it is.
    private async Task<string> StartAsync(string project, string network, params IReadOnlyList<string> arguments)
    {
        var directory = Directory.CreateDirectory(Path.Combine(Coi.Root, project)).FullName;
        var file = Path.Combine(Coi.Root, $"{project}.toml");
        await File.WriteAllTextAsync(file, $"[network]\n{network}\n");
        return (await Coi.RunInAsync(directory, arguments, new Dictionary<string, string?> { ["COI_CONFIG"] = file })).Succeeded().Output.Trim();
    }

    private async Task<string> GatewayAsync(string container)
    {
        var bridge = (string?)(await Coi.Incus.InstanceAsync(container))!["devices"]!["eth0"]!["network"] ?? "";
        return ((string?)(await Coi.Incus.NetworkAsync(bridge))!["config"]!["ipv4.address"] ?? "").Split('/')[0];
    }

    private static async Task<int> FencesAsync(string bridge) =>
        (await Shell.OutputAsync("nft", "list", "tables", "inet")).Split('\n').Count(line => line.StartsWith($"table inet coi.{bridge}.", StringComparison.Ordinal));
}
