using System.Collections.Immutable;
using Coi.Domain.Network;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Network;

public sealed class PolicyRulesFactorySpecs
{
    private static readonly Ipv4Range Pool = Ipv4Range.Parse("10.213.0.0/16")!.Value;
    private static readonly string[] Host = ["198.51.100.1", "192.168.1.5"];
    private static readonly ResolvedAllowlist Allowed = new(
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("example.org", ["198.51.100.10"]), ["198.51.100.64/26"]);

    private static readonly PolicyRules? Listed = PolicyRulesFactory.Create(new NetworkPolicy { Mode = NetworkMode.Allowlist }, Pool, Host, Allowed);
    private static readonly NetworkPolicy Restricted = new() { Mode = NetworkMode.Restricted };

    // A policy of which only the mode is written down; absent keys must never loosen it (weakness W1).
    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.254")]
    [InlineData("192.168.77.2")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("10.213.4.10")]
    [InlineData("198.51.100.1")]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.251")]
    [InlineData("255.255.255.255")]
    public void Restricted_mode_rejects_all_that_is_private_by_default(string address) => Assert.Equal("reject", Fate(Restricted, address));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.167.255.255")]
    [InlineData("198.51.100.2")]
    [InlineData("100.128.0.1")]
    public void Restricted_mode_allows_the_public_internet(string address) => Assert.Equal("allow", Fate(Restricted, address));

    [Fact]
    public void Restricted_mode_rejects_other_slots_and_the_host_whatever_the_switches_say() =>
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.UInt[Pool.First, Pool.Last]).Sample((privates, metadata, local, inPool) =>
        {
            var policy = Restricted with { BlockPrivateNetworks = privates, BlockMetadataEndpoint = metadata, AllowLocalNetworkAccess = local };
            return Host.Append(Ipv4Range.Text(inPool)).Append("127.0.0.1").Append("239.1.1.1").All(address => Fate(policy, address) == "reject");
        });

    [Fact]
    public void A_pool_outside_the_private_ranges_is_rejected_too()
    {
        var rules = PolicyRulesFactory.Create(Restricted with { BlockPrivateNetworks = false }, Ipv4Range.Parse("198.18.0.0/16")!.Value, []);
        Assert.Equal("reject", Fate(rules, "198.18.7.2"));
    }

    [Fact]
    public void Each_switch_opens_what_it_names_and_nothing_else()
    {
        Assert.Equal(("allow", "reject"), (Fate(Restricted with { BlockPrivateNetworks = false }, "10.1.2.3"), Fate(Restricted with { BlockPrivateNetworks = false }, "169.254.169.254")));
        Assert.Equal(("allow", "reject"), (Fate(Restricted with { AllowLocalNetworkAccess = true }, "192.168.77.2"), Fate(Restricted with { AllowLocalNetworkAccess = true }, "169.254.169.254")));
        Assert.Equal(("reject", "allow"), (Fate(Restricted with { BlockMetadataEndpoint = false }, "10.1.2.3"), Fate(Restricted with { BlockMetadataEndpoint = false }, "169.254.1.1")));
    }

    [Fact]
    public void Allowlist_mode_rejects_all_that_is_not_listed() => Gen.UInt.Sample(address =>
    {
        var listed = Ipv4Range.Text(address) == "198.51.100.10" || Ipv4Range.Parse("198.51.100.64/26")!.Value.Contains(address);
        return Fate(Listed, Ipv4Range.Text(address)) == (listed ? "allow" : "reject");
    });

    [Theory]
    [InlineData("198.51.100.10")]
    [InlineData("198.51.100.127")]
    public void Allowlist_mode_opens_what_is_listed(string address) =>
        Assert.Equal("allow", Fate(Listed, address));

    [Theory]
    [InlineData("10.1.2.3", "allow")]
    [InlineData("172.31.255.254", "allow")]
    [InlineData("192.168.77.2", "allow")]
    [InlineData("192.168.1.5", "reject")]
    [InlineData("10.213.4.10", "reject")]
    [InlineData("100.64.0.1", "reject")]
    [InlineData("169.254.169.254", "reject")]
    [InlineData("1.1.1.1", "reject")]
    [InlineData("198.51.100.10", "allow")]
    public void Allowlist_mode_opens_the_local_network_when_it_is_to_but_no_other_slot_and_not_the_host(string address, string fate)
    {
        var policy = new NetworkPolicy { Mode = NetworkMode.Allowlist, AllowLocalNetworkAccess = true };
        Assert.Equal(fate, Fate(PolicyRulesFactory.Create(policy, Pool, Host, Allowed), address));
        // Listed as well: no rule twice.
        var both = PolicyRulesFactory.Create(policy, Pool, Host, Allowed with { Literals = ["10.0.0.0/8"] })!;
        Assert.Equal(both.Egress.Length, both.Egress.DistinctBy(r => (r.Action, r.Destination)).Count());
    }

    [Fact]
    public void An_empty_allowlist_opens_nothing() => Assert.Equal("reject", Fate(new NetworkPolicy { Mode = NetworkMode.Allowlist }, "1.1.1.1"));

    [Fact]
    public void Open_mode_has_no_rules() => Assert.Null(PolicyRulesFactory.Create(new NetworkPolicy { Mode = NetworkMode.Open }, Pool, Host));

    [Fact]
    public void No_range_is_named_twice_and_every_rule_says_why()
    {
        var rules = PolicyRulesFactory.Create(Restricted, Ipv4Range.Parse("10.0.0.0/8")!.Value, [.. Host, .. Host])!;
        Assert.Equal(rules.Egress.Length, rules.Egress.DistinctBy(r => r.Destination).Count());
        Assert.All(rules.Egress, rule => Assert.NotEmpty(rule.Description));
        Assert.All(rules.Egress, rule => Assert.True(rule.Destination == "::/0" || Ipv4Range.Parse(rule.Destination) is not null, rule.Destination));
    }

    [Fact]
    public void An_unknown_mode_is_never_open() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PolicyRulesFactory.Create(new NetworkPolicy { Mode = (NetworkMode)7 }, Pool, Host));

    private static string Fate(NetworkPolicy policy, string address) => Fate(PolicyRulesFactory.Create(policy, Pool, Host), address);

    // Incus sorts rules by action: drop, reject, allow, then the default.
    private static string Fate(PolicyRules? rules, string address)
    {
        Assert.NotNull(rules);
        var target = Ipv4Range.Parse(address)!.Value.First;
        return new[] { "drop", "reject", "allow" }.FirstOrDefault(action => rules.Egress.Any(r => r.Action == action && Ipv4Range.Parse(r.Destination)?.Contains(target) == true))
            ?? rules.DefaultEgress;
    }
}
