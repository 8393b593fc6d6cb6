using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

/// <summary>A firewall of this machine that drops what it forwards, as Docker's does: all sessions of the machine are behind it meanwhile.</summary>
[Collection(WholeMachine.Name)]
public sealed class HostFirewallSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private const string Table = "coi-e2e-firewall";
    private const string Blocked = $"is blocked: the chain 'ip {Table} FORWARD' of this machine's own firewall drops what is forwarded.";

    public override async Task DisposeAsync()
    {
        await Shell.RunAsync("nft", ["delete", "table", "ip", Table]);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_start_says_that_the_machine_drops_what_it_forwards_and_what_lets_coi_through()
    {
        await Shell.OutputAsync("nft", $"add table ip {Table}; add chain ip {Table} FORWARD {{ type filter hook forward priority filter; policy drop; }}");
        var start = (await Coi.RunAsync("shell", "--background", "--debug")).Succeeded();
        Assert.Contains(Blocked, start.Error, StringComparison.Ordinal);
        Assert.Contains("iifname 'coi*' accept", start.Error, StringComparison.Ordinal);

        var box = $"{Coi.Prefix}box";
        Assert.Contains(Blocked, (await Coi.RunAsync("container", "launch", "coi", box)).Succeeded().Error, StringComparison.Ordinal);
        await Coi.OutputAsync("container", "delete", "--force", box);

        await Shell.OutputAsync("nft", $"insert rule ip {Table} FORWARD iifname \"coi*\" accept; insert rule ip {Table} FORWARD oifname \"coi*\" ct state established,related accept");
        Assert.DoesNotContain("firewall", (await Coi.RunAsync("shell", "--background", "--debug")).Succeeded().Error, StringComparison.Ordinal);
    }
}
