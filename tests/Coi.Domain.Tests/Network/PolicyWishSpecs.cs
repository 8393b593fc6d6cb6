using Coi.Domain.Network;
using Xunit;

namespace Coi.Domain.Tests.Network;

public sealed class PolicyWishSpecs
{
    private static readonly NetworkPolicy Restricted = new() { Mode = NetworkMode.Restricted, AllowedDomains = ["example.org"], RefreshMinutes = 30 };
    private static readonly NetworkPolicy Allowlist = Restricted with { Mode = NetworkMode.Allowlist };

    [Fact]
    public void Another_mode_keeps_everything_else()
    {
        Assert.Equal(Restricted with { Mode = NetworkMode.Open }, Apply(Restricted, "open"));
        Assert.Equal(Allowlist, Apply(Restricted, "allowlist"));
        Assert.Equal(Restricted, Apply(Restricted, "restricted"));
    }

    [Fact]
    public void Names_are_added_once_and_taken_off_however_they_are_written()
    {
        Assert.Equal(["example.org", "github.com", "198.51.100.0/24"], Apply(Allowlist, null, ["github.com", "GitHub.com", "198.51.100.0/24", "Example.org."])?.AllowedDomains);
        Assert.Equal(["github.com"], Apply(Allowlist, null, ["github.com"], ["EXAMPLE.org"])?.AllowedDomains);
        Assert.Equal(["example.org", "github.com"], Apply(Restricted, "allowlist", ["github.com"])?.AllowedDomains);
    }

    [Theory]
    [InlineData("*.example.org", "wildcard")]
    [InlineData("https://example.org/", "name of its host")]
    [InlineData("2001:db8::1", "neither a name nor an IPv4 address")]
    [InlineData("0.0.0.0/0", "every address")]
    [InlineData("010.0.0.1", "neither a name nor an IPv4 address")]
    [InlineData("example.org:443", "neither a name nor an IPv4 address")]
    [InlineData("", "neither a name nor an IPv4 address")]
    [InlineData("a\nb", "neither a name nor an IPv4 address")]
    public void What_cannot_be_listed_is_refused_as_at_a_launch(string entry, string why) => Assert.Contains(why, Refused(Allowlist, null, [entry]).Message, StringComparison.Ordinal);

    [Fact]
    public void An_allowlist_is_never_empty()
    {
        Assert.Equal("network.empty_allowlist", Refused(Allowlist, null, [], ["example.org"]).Code);
        Assert.Equal("network.empty_allowlist", Refused(Restricted with { AllowedDomains = [] }, "allowlist").Code);
    }

    [Fact]
    public void Other_modes_have_no_list()
    {
        Assert.Contains("coi-x is in restricted mode", Refused(Restricted, null, ["github.com"]).Message, StringComparison.Ordinal);
        Assert.Contains("coi-x would be in open mode", Refused(Allowlist, "open", ["github.com"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_listed_cannot_be_taken_off() => Assert.Equal("network.not_listed", Refused(Allowlist, null, [], ["github.com"]).Code);

    [Theory]
    [InlineData("closed")]
    [InlineData("1")]
    [InlineData("")]
    public void A_mode_that_there_is_not_is_refused(string mode) => Assert.Equal("network.invalid", Refused(Restricted, mode).Code);

    [Fact]
    public void Nothing_to_change_is_refused() => Assert.Equal("network.invalid", Refused(Allowlist, null).Code);

    [Fact]
    public void Policies_are_the_same_whatever_the_order_of_their_list()
    {
        var one = Allowlist with { AllowedDomains = ["a.org", "b.org"] };
        var other = Allowlist with { AllowedDomains = ["b.org", "a.org"] };
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, Allowlist with { AllowedDomains = ["a.org"] });
        Assert.NotEqual(one, one with { AllowLocalNetworkAccess = true });
    }

    private static NetworkPolicy? Apply(NetworkPolicy current, string? mode, string[]? allow = null, string[]? remove = null)
    {
        var policy = new PolicyWish(mode, [.. allow ?? []], [.. remove ?? []]).ApplyTo("coi-x", current, out var failure);
        Assert.Null(failure);
        return policy;
    }

    private static Failure Refused(NetworkPolicy current, string? mode, string[]? allow = null, string[]? remove = null)
    {
        Assert.Null(new PolicyWish(mode, [.. allow ?? []], [.. remove ?? []]).ApplyTo("coi-x", current, out var failure));
        return failure ?? throw new InvalidOperationException("refused without a reason");
    }
}
