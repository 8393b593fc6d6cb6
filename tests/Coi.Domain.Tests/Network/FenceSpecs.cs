using Coi.Domain.Network;
using Xunit;

namespace Coi.Domain.Tests.Network;

public sealed class FenceSpecs
{
    private static readonly NetworkPolicy Listing = new() { Mode = NetworkMode.Allowlist, AllowedDomains = ["a.example", "192.0.2.7", "192.0.2.0/24"] };

    [Theory]
    [InlineData(NetworkMode.Restricted)]
    [InlineData(NetworkMode.Allowlist)]
    [InlineData(NetworkMode.Open)]
    public void In_every_mode_a_slot_has_its_own_address_and_resolver_and_no_others(NetworkMode mode)
    {
        var up = Fence.Up("coi0123456789ab", new NetworkPolicy { Mode = mode });

        Assert.Contains("early iifname coi0123456789ab fib saddr . iif oif missing drop;", up, StringComparison.Ordinal);
        Assert.Contains("input iifname coi0123456789ab fib daddr . iif type local accept;", up, StringComparison.Ordinal);
        Assert.Contains("ct original zone set $z;", up, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_network_is_kept_from_resolvers_only_and_the_others_from_the_whole_host()
    {
        var open = Fence.Up("coi0", new NetworkPolicy { Mode = NetworkMode.Open });
        var restricted = Fence.Up("coi0", new NetworkPolicy { Mode = NetworkMode.Restricted });

        Assert.Contains("iifname coi0 udp dport { 53, 67, 547 } reject;", open, StringComparison.Ordinal);
        Assert.DoesNotContain("iifname coi0 reject;", open, StringComparison.Ordinal);
        Assert.DoesNotContain("snat", open, StringComparison.Ordinal);
        Assert.Contains("iifname coi0 reject;", restricted, StringComparison.Ordinal);
        Assert.Contains("late iifname coi0 oifname != coi0 ct direction original ct status ! snat update @unasked { iif } drop;", restricted, StringComparison.Ordinal);
        Assert.Contains("late iifname coi0 oifname != coi0 ct direction original ct state new iif @unasked drop;", restricted, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_the_host_is_meant_only_where_it_is_listed_by_itself() =>
        Assert.Contains("ip daddr { 192.0.2.7 } accept;", Fence.Up("coi0", Listing), StringComparison.Ordinal);

    [Fact]
    public void The_commands_fit_into_one_line_between_single_quotes()
    {
        Assert.All([Fence.Up("coi0", Listing), Fence.Down("coi0")], commands => Assert.DoesNotContain(commands, c => c is '\n' or '\''));
        Assert.Contains("delete table inet coi.coi0.$PPID", Fence.Down("coi0"), StringComparison.Ordinal);
    }
}
