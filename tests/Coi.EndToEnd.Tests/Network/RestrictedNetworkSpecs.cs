using System.Diagnostics;
using Coi.EndToEnd.Tests.Support;
using Microsoft.AspNetCore.Http;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

[Collection(SharedNeighbours.Name)]
public sealed class RestrictedNetworkSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private NetworkHost? _public;
    private NetworkHost? _private;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _public = await NetworkHost.CreateAsync("coi-e2e-p", "198.51.100.66", context => context.Response.WriteAsync("the public host"));
        _private = await NetworkHost.CreateAsync("coi-e2e-l", "192.168.78.2", context => context.Response.WriteAsync("the private host"));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_public is not null) await _public.DisposeAsync();
        if (_private is not null) await _private.DisposeAsync();
    }

    [Fact]
    public async Task The_policy_is_there_before_the_network_and_the_network_before_the_start()
    {
        await using var events = await IncusEvents.RecordAsync();
        var name = await Coi.StartAsync();

        var instance = await Coi.Incus.InstanceAsync(name);
        var nic = Assert.Single(instance!["devices"]!.AsObject(), d => (string?)d.Value?["type"] == "nic");
        Assert.Equal(nic.Key, Assert.Single(instance["expanded_devices"]!.AsObject(), d => (string?)d.Value?["type"] == "nic").Key);
        var bridge = (string?)nic.Value!["network"] ?? "";
        var network = await Coi.Incus.NetworkAsync(bridge);
        Assert.Equal(name, (string?)network!["config"]!["security.acls"]);
        Assert.Equal("allow", (string?)network["config"]!["security.acls.default.egress.action"]);
        Assert.Equal("reject", (string?)network["config"]!["security.acls.default.ingress.action"]);
        Assert.Equal("none", (string?)network["config"]!["ipv6.address"]);
        Assert.Contains("no-hosts", (string?)network["config"]!["raw.dnsmasq"], StringComparison.Ordinal);
        var rejected = (await Coi.Incus.AclAsync(name))!["egress"]!.AsArray().Where(r => (string?)r!["action"] == "reject").Select(r => (string?)r!["destination"]).ToList();
        foreach (var range in new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10" }) Assert.Contains(range, rejected);

        await events.HappenedAsync(name, bridge, "instance-started");
        var order = events.Of(name, bridge).Select(h => h.Action).ToList();
        Assert.True(order.IndexOf("network-acl-created") < order.IndexOf("network-created"), string.Join(", ", order));
        Assert.True(order.IndexOf("network-created") < order.IndexOf("instance-updated"), string.Join(", ", order));
        Assert.True(order.IndexOf("instance-updated") < order.IndexOf("instance-started"), string.Join(", ", order));
    }

    [Fact]
    public async Task A_session_reaches_public_hosts_and_neither_private_ones_nor_this_machine()
    {
        var name = await Coi.StartAsync("--debug");
        var gateway = ((string?)(await Coi.Incus.NetworkAsync(await BridgeAsync(name)))!["config"]!["ipv4.address"] ?? "").Split('/')[0];
        await using var here = await LocalServer.StartAsync();

        var answer = await Eventually.ContainsAsync("the public host", TimeSpan.FromSeconds(10), () => FetchAsync(name, _public!.Url));
        Output.WriteLine(answer);

        await RejectedAsync(name, _private!.Url);
        await RejectedAsync(name, $"http://{gateway}:{here.Port}");
        await RejectedAsync(name, $"http://198.51.100.65:{here.Port}"); // this machine's own address towards the public host
        await RejectedAsync(name, $"http://{gateway}:22");
    }

    [Fact]
    public async Task Two_sessions_do_not_reach_each_other_but_the_host_reaches_both()
    {
        var first = await Coi.StartAsync("--debug");
        var second = await Coi.StartAsync("--debug");
        Assert.NotEqual(await BridgeAsync(first), await BridgeAsync(second));
        var address = (string?)(await Coi.ListAsync()).Find(second)!["ipv4"];
        await Coi.TypeAsync(second, "cd / && python3 -m http.server 8000 --bind 0.0.0.0");

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(2) };
        await Eventually.IsTrueAsync("reaching a server in a session from the host", TimeSpan.FromSeconds(15), async () =>
        {
            try
            {
                return (await http.GetAsync($"http://{address}:8000/")).IsSuccessStatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        });

        await RejectedAsync(first, $"http://{address}:8000/");
    }

    [Fact]
    public async Task A_root_user_inside_who_changes_addresses_and_routes_gets_no_further()
    {
        var name = await Coi.StartAsync("--debug");
        await Eventually.ContainsAsync("the public host", TimeSpan.FromSeconds(10), () => FetchAsync(name, _public!.Url));
        var gateway = ((string?)(await Coi.Incus.NetworkAsync(await BridgeAsync(name)))!["config"]!["ipv4.address"] ?? "").Split('/')[0];

        await IncusView.ExecAsync(name, "sh", "-c", $"ip address add 192.168.78.1/24 dev eth0; ip route replace 192.168.78.2/32 via {gateway} dev eth0; nft flush ruleset 2>/dev/null; iptables -F 2>/dev/null");

        await RejectedAsync(name, _private!.Url);
    }

    [Fact]
    public async Task Names_of_the_hosts_own_file_are_not_told_inside()
    {
        var name = await Coi.StartAsync("--debug");
        var machine = (await File.ReadAllLinesAsync("/etc/hosts"))
            .Select(line => line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts.Length > 1 && !parts[0].StartsWith("127.", StringComparison.Ordinal) && !parts[0].Contains(':', StringComparison.Ordinal))
            .Select(parts => parts[1]);
        foreach (var known in machine)
        {
            var lookup = await IncusView.ExecAsync(name, "timeout", "5", "getent", "ahostsv4", known);
            Assert.True(lookup.ExitCode != 0, lookup.ToString());
        }
    }

    [Fact]
    public async Task An_open_network_reaches_private_hosts()
    {
        var name = await Coi.StartAsync("--debug", "--network", "open");

        await Eventually.ContainsAsync("the private host", TimeSpan.FromSeconds(10), () => FetchAsync(name, _private!.Url));
        Assert.Null(await Coi.Incus.AclAsync(name));
    }

    private async Task<string> BridgeAsync(string name) => (string?)(await Coi.Incus.InstanceAsync(name))!["devices"]!["eth0"]!["network"] ?? "";

    private static async Task<string> FetchAsync(string name, string url) =>
        (await IncusView.ExecAsync(name, "curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "5", url)).ToString();

    // Rejected and not dropped: a tool learns at once that it must not, instead of hanging.
    private async Task RejectedAsync(string name, string url)
    {
        var start = Stopwatch.GetTimestamp();
        var outcome = await IncusView.ExecAsync(name, "curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "8", url);
        Output.WriteLine(outcome.ToString());
        if (outcome.ExitCode != 7) Output.WriteLine($"{await Coi.Incus.AclAsync(name)}");
        Assert.True(outcome.ExitCode == 7, $"a refused connection (7) was expected: {outcome}");
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5), $"it was refused slowly: {outcome}");
    }
}
