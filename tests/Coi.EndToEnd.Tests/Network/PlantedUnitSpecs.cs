using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

/// <summary>
/// A kept container in which an earlier session left a unit that sends from the first moment of the boot, before coi's session begins: out of the ports
/// and to the hosts of connections that were allowed then and that the kernel still knows.
/// </summary>
[Collection(SharedNeighbours.Name)]
public sealed class PlantedUnitSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private Neighbourhood? _around;

    private Neighbourhood Around => _around ?? throw new InvalidOperationException("the test has not begun");

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _around = await Neighbourhood.CreateAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_around is not null) await _around.DisposeAsync();
    }

    [Fact]
    public async Task What_was_open_in_an_earlier_session_is_closed_from_the_first_moment_of_the_next()
    {
        Coi.Configure("network.mode = \"open\"\n");
        var name = await Coi.StartAsync("--debug", "--persistent");
        var bridge = await Coi.Incus.NetworkAsync((string?)(await Coi.Incus.InstanceAsync(name))!["devices"]!["eth0"]!["network"] ?? "");
        var gateway = ((string?)bridge!["config"]!["ipv4.address"] ?? "").Split('/')[0];
        var address = (string?)(await Coi.ListAsync()).Find(name)!["ipv4"] ?? "";
        await PlantAsync(name, address, gateway, "first");
        await IncusView.ExecAsync(name, "systemctl", "start", "planted");
        foreach (var host in new[] { Around.Lan, Around.First, Around.Second })
            await Eventually.IsTrueAsync($"waiting for what is sent to {host.Address}", TimeSpan.FromSeconds(10), () => Task.FromResult(host.Trap.Caught("coi-first>")));
        await PlantAsync(name, address, gateway, "second");
        await Coi.TypeAsync(name, "poweroff");
        await Coi.IsKeptAsync(name);
        File.WriteAllText(Path.Combine(Coi.UserHome, ".config", "coi", "config.toml"), $"network.mode = \"allowlist\"\nnetwork.allowed_domains = [\"{Around.First.Address}\"]\n");

        Assert.Equal(name, await Coi.StartAsync("--debug", "--persistent"));

        // It has sent, and what it sent was seen where that is allowed.
        Assert.Equal(address, (string?)(await Coi.ListAsync()).Find(name)!["ipv4"]);
        await Eventually.IsTrueAsync("waiting for what is sent to the listed host", TimeSpan.FromSeconds(15), () => Task.FromResult(Around.First.Trap.Caught("coi-second>")));
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.False(Around.Lan.Trap.Caught("coi-second>"), "the host of the local network was told something");
        Assert.False(Around.Second.Trap.Caught("coi-second>"), "a host that is not listed was told something");
    }

    private async Task PlantAsync(string name, string address, string gateway, string word)
    {
        var unit = $"""
            [Unit]
            DefaultDependencies=no
            Before=sysinit.target
            [Service]
            ExecStart=/usr/bin/python3 /opt/planted.py {address} {gateway} {Around.Lan.Address},{Around.First.Address},{Around.Second.Address} {word}
            [Install]
            WantedBy=sysinit.target
            """;
        await IncusView.ExecAsync(name, "sh", "-c", "printf '%s\n' \"$1\" > /opt/planted.py; printf '%s\n' \"$2\" > /etc/systemd/system/planted.service; systemctl daemon-reload; systemctl enable planted", "sh", Inside.Text("planted.py"), unit);
    }
}
