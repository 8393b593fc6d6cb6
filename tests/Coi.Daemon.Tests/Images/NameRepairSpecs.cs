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
        await using var server = await TestNameServer.StartAsync("coi-probe.test");

        await _bench.BuildAsync(_bench.NewAlias(), "getent ahostsv4 coi-probe.test", _bench.Options with
        {
            BridgeResolver = "port=0",
            Policy = new NetworkPolicy { Mode = NetworkMode.Open },
            FallbackResolvers = [TestNameServer.Address],
            ProbeName = "coi-probe.test 53",
        });

        Assert.Contains(_bench.Lines, l => l.StartsWith("Detected DNS misconfiguration: the container asks a resolver on its own localhost (127.0.0.53)", StringComparison.Ordinal));
        Assert.Contains($"DNS configuration fixed for this build: it asks {TestNameServer.Address}", _bench.Lines);
        Assert.Contains(_bench.Lines, l => l.StartsWith(TestNameServer.Address, StringComparison.Ordinal));
    }

    // What a network's DHCP says reaches the container as it does in the wild: its own localhost, or a private address, which the
    // policy rejects. The bridge's own resolver knows the name and asks nobody.
    [Theory]
    [InlineData("127.0.0.53")]
    [InlineData("10.255.255.53")]
    public async Task A_network_that_hands_out_a_resolver_that_cannot_answer_is_repaired_and_the_image_keeps_its_own_file(string handedOut)
    {
        var alias = _bench.NewAlias();
        await _bench.BuildCustomAsync(alias, "#!/bin/sh\ngetent ahostsv4 coi-probe.test\nls /var/lib/coi-build-resolver", _bench.Options with
        {
            BridgeResolver = $"no-hosts\nno-resolv\nhost-record=coi-probe.test,10.214.2.129\ndhcp-option=option:dns-server,{handedOut}",
            ProbeName = "coi-probe.test 9",
        });

        // systemd-resolved leaves its own localhost out when it is quick: then there is no resolver at all.
        Assert.Contains(_bench.Lines, l => l.StartsWith("Detected DNS misconfiguration: ", StringComparison.Ordinal));
        Assert.Contains(_bench.Lines, l => l.StartsWith("DNS configuration fixed for this build: it asks 10.214.2.", StringComparison.Ordinal));
        Assert.Contains(_bench.Lines, l => l.StartsWith("10.214.2.129", StringComparison.Ordinal));

        var again = _bench.NewAlias();
        await _bench.BuildCustomAsync(again, "#!/bin/sh\nreadlink /etc/resolv.conf\nls -d /var/lib/coi-build-resolver || echo nothing kept\nwc -c </etc/machine-id", from: alias);
        Assert.Contains(_bench.Lines, l => l.EndsWith("stub-resolv.conf", StringComparison.Ordinal));
        Assert.Contains("nothing kept", _bench.Lines);
    }

    [Fact]
    public async Task A_script_of_ones_own_runs_although_no_resolver_helps()
    {
        await _bench.BuildCustomAsync(_bench.NewAlias(), "#!/bin/sh\necho it ran", _bench.Options with { BridgeResolver = "port=0", ProbeName = "coi-probe.test 80" });

        Assert.Contains(_bench.Lines, l => l.EndsWith("; the script is run all the same", StringComparison.Ordinal));
        Assert.Contains("it ran", _bench.Lines);
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
