using Coi.Domain.Network;
using Xunit;

namespace Coi.Daemon.Tests.Images;

[Trait("Needs", "Incus")]
[Collection(BuildBench.Collection)]
public sealed class NameRepairSpecs : IAsyncLifetime
{
    private readonly BuildBench _bench = new();

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    private const string BreakResolver = "systemctl mask systemd-resolved; rm -f /etc/resolv.conf; : > /etc/resolv.conf";

    [Fact]
    public async Task A_container_without_a_resolver_is_given_that_of_its_bridge()
    {
        var broken = _bench.NewAlias();
        await _bench.BuildAsync(broken, BreakResolver);

        await _bench.BuildAsync(_bench.NewAlias(), "getent ahostsv4 _gateway.incus", from: broken);

        Assert.Contains("Detected DNS misconfiguration: resolv.conf of the container is empty", _bench.Lines);
        Assert.Contains(_bench.Lines, l => l.StartsWith("DNS configuration fixed for this build: it asks 10.214.2.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_the_bridges_resolver_is_dead_the_fallback_is_asked()
    {
        // Port 53 of an address of this host: packets stay on the machine, and open mode lets them reach it.
        var host = Coi.Daemon.Network.HostNetwork.Addresses()[0];
        await using var server = await TestNameServer.StartAsync(host, "coi-probe.test", host);

        await _bench.BuildAsync(_bench.NewAlias(), "getent ahostsv4 coi-probe.test", _bench.Options with
        {
            BridgeResolver = "port=0",
            Policy = new NetworkPolicy { Mode = NetworkMode.Open },
            FallbackResolvers = [host],
            ProbeName = $"coi-probe.test {server.ListeningPort}",
        });

        Assert.Contains(_bench.Lines, l => l.StartsWith("Detected DNS misconfiguration: the container asks a resolver on its own localhost (127.0.0.53)", StringComparison.Ordinal));
        Assert.Contains($"DNS configuration fixed for this build: it asks {host}", _bench.Lines);
        Assert.Contains(_bench.Lines, l => l.StartsWith(host, StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_no_resolver_helps_the_build_ends_with_what_was_tried()
    {
        var problem = await _bench.FailAsync(_bench.NewAlias(), "true", _bench.Options with { BridgeResolver = "port=0", ProbeName = "coi-probe.test 80" });

        Assert.Equal("network.no_names", problem.Code);
        Assert.StartsWith("coi-probe.test does not resolve in the build container", problem.Message, StringComparison.Ordinal);
        Assert.Contains("resolv.conf:", _bench.Lines);
        await _bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_mirror_that_cannot_be_reached_is_said_before_the_package_manager_tries()
    {
        // The bridge's own address, where nobody listens on this port.
        var problem = await _bench.FailAsync(_bench.NewAlias(), "true", _bench.Options with { ProbeName = "_gateway.incus 9" });

        Assert.Equal(("network.no_way_out", "the build container cannot connect to _gateway.incus, port 9"), (problem.Code, problem.Message));
    }
}
