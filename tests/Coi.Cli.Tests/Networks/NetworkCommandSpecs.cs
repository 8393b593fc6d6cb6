using System.Text.Json.Nodes;
using Coi.Contracts;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Coi.Cli.Tests.Networks;

public sealed class NetworkCommandSpecs : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 2, 1, 10, 0, 0, TimeSpan.Zero);
    private readonly DaemonFixture _daemon = new();

    public async Task InitializeAsync() => await _daemon.StartAsync();

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Fact]
    public async Task A_network_is_shown_with_its_rules_and_names()
    {
        _daemon.Caller.Time = new FakeTimeProvider(Now);
        _daemon.Says("GET /v1/containers/coi-a-1/network", Report, ContractsJson.Default.NetworkReport);
        var said = await _daemon.Caller.RunAsync("network", "show", "coi-a-1");
        Assert.Equal(0, said.ExitCode);
        Assert.Equal(
            """
            Container: coi-a-1
            Mode:      allowlist
            Allowed:   example.org
            Bridge:    coi0123456789ab, 10.213.4.8/29, MTU 1400
            Address:   10.213.4.10, gateway 10.213.4.9, no IPv6
            Resolver:  10.213.4.9: only the listed names
            Warning:   the NIC is closed

            Rules (ACL coi-a-1; drop before reject before allow before the default):
              out  allow   198.51.100.1/32  allowed_domains
              out  reject  everything else
              in   reject  everything else

            Names (asked for again in 30 s):
              example.org  198.51.100.1  answered 5 min ago; it has gone

            """,
            said.Out);
    }

    [Fact]
    public async Task A_program_gets_all_of_it()
    {
        _daemon.Says("GET /v1/containers/coi-a-1/network", Report, ContractsJson.Default.NetworkReport);
        var json = JsonNode.Parse((await _daemon.Caller.RunAsync("network", "show", "coi-a-1", "--format=json")).Out)!;
        Assert.Equal(("allowlist", "198.51.100.1/32"), ((string?)json["mode"], (string?)json["rules"]![0]!["peer"]));
    }

    [Fact]
    public async Task A_change_is_said_with_what_the_user_should_know()
    {
        _daemon.Answers(
            "POST /v1/containers/coi-a-1/network", new ChangedNetwork("coi-a-1", "allowlist", true, ["example.org", "198.51.100.1"], ["example.org cannot be resolved now: no answer"]),
            ContractsJson.Default.ChangedNetwork);
        var said = await _daemon.Caller.RunAsync("network", "set", "coi-a-1", "--mode=allowlist", "--allow", "example.org", "--allow=198.51.100.1");
        Assert.Equal(0, said.ExitCode);
        Assert.Equal("", said.Out);
        Assert.Equal(["warning: example.org cannot be resolved now: no answer", "Network of coi-a-1: allowlist (example.org, 198.51.100.1)"], said.ErrorLines);
    }

    [Fact]
    public async Task A_test_fails_when_something_is_not_as_it_should_be()
    {
        var held = new NetworkProbe("a port of the gateway", "10.213.4.9:1024", "packet", "closed", "closed", "Connection refused");
        Tests(held);
        Assert.Equal(0, (await _daemon.Caller.RunAsync("network", "test", "coi-a-1")).ExitCode);
        Tests(held, new NetworkProbe("this machine", "192.0.2.1:80", "packet", "closed", "open", ""));
        var said = await _daemon.Caller.RunAsync("network", "test", "coi-a-1");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("  ✓  a port of the gateway  10.213.4.9:1024  packet  closed     closed  Connection refused\n", said.Out, StringComparison.Ordinal);
        Assert.Contains("  ✗  this machine           192.0.2.1:80     packet  closed     open\n", said.Out, StringComparison.Ordinal);
        Assert.Equal("error: 1 of 2 probes of coi-a-1 are not as they should be", said.ErrorLines[0]);
    }

    [Theory]
    [InlineData("network set coi-a-1", "error: nothing to change was named", "'coi network set --help' explains it")]
    [InlineData("network set coi-a-1 --mode=opne", "error: invalid network mode 'opne'", "did you mean open?")]
    [InlineData("network set coi-a-1 --mode=closed", "error: invalid network mode 'closed'", "restricted, allowlist or open")]
    [InlineData("network set", "error: 'coi network set' requires at least 1 arg(s), received 0", "'coi network set --help' explains it")]
    [InlineData("network sohw x", "error: unknown command \"sohw\" for \"coi network\"", "did you mean 'coi network show'?")]
    public async Task What_cannot_be_understood_exits_with_2(string line, string error, string hint)
    {
        var said = await _daemon.Caller.RunAsync(line.Split(' '));
        Assert.Equal(2, said.ExitCode);
        Assert.Equal(error, said.ErrorLines[0]);
        Assert.Contains(hint, said.ErrorLines[1], StringComparison.Ordinal);
    }

    private static NetworkReport Report => new()
    {
        Container = "coi-a-1",
        Kind = "session",
        Running = true,
        Mode = "allowlist",
        Allowed = ["example.org"],
        Bridge = "coi0123456789ab",
        Subnet = "10.213.4.8/29",
        Gateway = "10.213.4.9",
        Address = "10.213.4.10",
        Mtu = 1400,
        Resolver = "listed",
        Acl = "coi-a-1",
        DefaultEgress = "reject",
        DefaultIngress = "reject",
        Rules = [new NetworkRule("egress", "allow", "198.51.100.1/32", "allowed_domains")],
        Names = [new NetworkName("example.org", ["198.51.100.1"], Now.AddMinutes(-5), null, "it has gone")],
        NextQuestion = Now.AddSeconds(30),
        Warnings = ["the NIC is closed"],
    };

    private void Tests(params NetworkProbe[] probes) =>
        _daemon.Answers("POST /v1/containers/coi-a-1/network/test", new NetworkTestReport("coi-a-1", "restricted", probes), ContractsJson.Default.NetworkTestReport);
}
