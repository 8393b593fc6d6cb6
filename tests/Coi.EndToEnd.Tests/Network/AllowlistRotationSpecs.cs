using System.Security.Cryptography;
using System.Text;
using Coi.EndToEnd.Tests.Support;
using Microsoft.AspNetCore.Http;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

/// <summary>A name changes its address while a session runs; packets are sent all the time to a host that is listed and to one that is not.</summary>
[Collection(SharedNeighbours.Name)]
public sealed class AllowlistRotationSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private const string Name = "service.coi-e2e.test";
    private const int Minute = 2; // seconds

    private readonly List<NetworkHost> _hosts = [];
    private NameServer? _names;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        // The first and the second address of the name, a host that is listed, and one that is not.
        foreach (var (name, address) in new[] { ("first", "198.51.100.82"), ("second", "198.51.100.86"), ("listed", "198.51.100.90"), ("denied", "198.51.100.94") })
            _hosts.Add(await NetworkHost.CreateAsync($"coi-e2e-{name[0]}", address, context => context.Response.WriteAsync($"the {name} host")));
        _names = await NameServer.StartAsync(new Dictionary<string, string> { [Name] = _hosts[0].Address });
        Coi.Environment["COI_RESOLV_CONF"] = _names.ResolverFile;
        Coi.Environment["COI_NETWORK_MINUTE"] = Minute.ToString();
        Coi.Configure($"network.mode = \"allowlist\"\nnetwork.refresh_interval_minutes = 4\nnetwork.allowed_domains = [\"{Name}\", \"{_hosts[2].Address}\"]\n");
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_names is not null) await _names.DisposeAsync();
        foreach (var host in _hosts) await host.DisposeAsync();
    }

    [Fact]
    public async Task A_new_address_opens_an_old_one_closes_later_and_nothing_is_open_or_closed_wrongly()
    {
        var (denied, listed) = await RotateAsync(watched: !AppArmor);

        Assert.Equal(0, denied.Open);
        if (!AppArmor) Assert.Equal(0, listed.Closed);
    }

    [Fact]
    public async Task Where_the_resolver_cannot_watch_a_file_nothing_is_open_wrongly_either()
    {
        // A file in the place of coi's directory of names.
        var directory = "/var/lib/coi-names-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.UserName}\n{Coi.State}")))[..16];
        await File.WriteAllTextAsync(directory, "in the way");
        try
        {
            var (denied, _) = await RotateAsync(watched: false);

            Assert.Equal(0, denied.Open);
        }
        finally
        {
            File.Delete(directory);
        }
    }

    private static bool AppArmor => File.Exists("/sys/module/apparmor/parameters/enabled") && File.ReadAllText("/sys/module/apparmor/parameters/enabled").StartsWith('Y');

    private async Task<((int Open, int Closed) Denied, (int Open, int Closed) Listed)> RotateAsync(bool watched)
    {
        var container = await Coi.StartAsync("--debug");
        var bridge = (string?)(await Coi.Incus.InstanceAsync(container))!["devices"]!["eth0"]!["network"] ?? "";
        Assert.Equal(watched, ((string?)(await Coi.Incus.NetworkAsync(bridge))!["config"]!["raw.dnsmasq"])!.Contains("hostsdir", StringComparison.Ordinal));
        await Eventually.ContainsAsync("the first host", TimeSpan.FromSeconds(20), () => FetchAsync(container, Name));
        Assert.DoesNotContain("host", await FetchAsync(container, _hosts[1].Address), StringComparison.Ordinal);
        var denied = Inside.RunAsync(container, "prober.py", _hosts[3].Address, "0.1");
        var listed = Inside.RunAsync(container, "prober.py", _hosts[2].Address, "2");

        await _names!.AnswerAsync(new Dictionary<string, string> { [Name] = _hosts[1].Address });
        // The answer's own time is 0, so the floor of a minute counts.
        await Eventually.ContainsAsync("the second host", TimeSpan.FromSeconds((4 * Minute) + 10), () => FetchAsync(container, Name));
        Assert.Contains("the first host", await FetchAsync(container, _hosts[0].Address), StringComparison.Ordinal);
        await Eventually.IsTrueAsync(
            "closing the earlier address", TimeSpan.FromSeconds((8 * Minute) + 10),
            async () => !(await FetchAsync(container, _hosts[0].Address)).Contains("the first host", StringComparison.Ordinal));
        Assert.Contains("the second host", await FetchAsync(container, Name), StringComparison.Ordinal);

        await IncusView.ExecAsync(container, "touch", "/tmp/stop");
        var counts = (Inside.Counts(await denied), Inside.Counts(await listed));
        Output.WriteLine($"denied: {counts.Item1}; listed: {counts.Item2}");
        Assert.True(counts.Item1.Closed > 20, "the denied host was not asked often enough");
        Assert.True(counts.Item2.Open > 20, "the listed host was not asked often enough");
        return counts;
    }

    private static async Task<string> FetchAsync(string container, string host) =>
        (await IncusView.ExecAsync(container, "curl", "--silent", "--show-error", "--max-time", "5", $"http://{host}:{NetworkHost.Port}/")).Output;
}
