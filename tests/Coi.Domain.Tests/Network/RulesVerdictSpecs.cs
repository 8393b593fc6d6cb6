using Coi.Domain.Network;
using Xunit;

namespace Coi.Domain.Tests.Network;

public sealed class RulesVerdictSpecs
{
    private static readonly Ipv4Range Pool = Ipv4Range.Parse("10.213.0.0/16")!.Value;

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("10.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("198.51.100.1", false)] // the host itself
    [InlineData("198.51.100.2", true)]
    public void The_restricted_rules_are_read_as_Incus_reads_them(string address, bool passes) =>
        Assert.Equal(passes, RulesVerdict.On(PolicyRulesFactory.Create(new NetworkPolicy { Mode = NetworkMode.Restricted }, Pool, ["198.51.100.1"]), address).Passes);

    [Fact]
    public void Rejections_come_before_permissions_whatever_their_order()
    {
        var rules = new PolicyRules("allow", [new EgressRule("allow", "198.51.100.0/24", ""), new EgressRule("reject", "198.51.100.7/32", ""), new EgressRule("drop", "198.51.100.0/30", "")]);
        Assert.Equal(new Verdict(false, "drop 198.51.100.0/30"), RulesVerdict.On(rules, "198.51.100.1"));
        Assert.Equal(new Verdict(false, "reject 198.51.100.7/32"), RulesVerdict.On(rules, "198.51.100.7"));
        Assert.Equal(new Verdict(true, "allow 198.51.100.0/24"), RulesVerdict.On(rules, "198.51.100.9"));
        Assert.Equal(new Verdict(true, "default"), RulesVerdict.On(rules, "192.0.2.1"));
    }

    [Fact]
    public void A_rule_may_name_several_ranges_or_none()
    {
        Assert.False(RulesVerdict.On(new PolicyRules("allow", [new EgressRule("reject", "192.0.2.0/24, 198.51.100.0/24", "")]), "198.51.100.1").Passes);
        Assert.True(RulesVerdict.On(new PolicyRules("reject", [new EgressRule("allow", "", "")]), "198.51.100.1").Passes);
    }

    [Fact]
    public void Without_an_ACL_everything_passes() => Assert.Equal(new Verdict(true, "no ACL"), RulesVerdict.On(null, "10.0.0.1"));
}
