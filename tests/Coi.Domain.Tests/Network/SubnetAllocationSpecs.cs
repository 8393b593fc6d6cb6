using Coi.Domain.Network;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Network;

public sealed class SubnetAllocationSpecs
{
    private static readonly Ipv4Range Pool = Ipv4Range.Parse("10.213.0.0/16")!.Value;

    private static readonly Gen<Ipv4Range[]> Taken = Gen.Select(Gen.UInt[Pool.First - 4096, Pool.Last + 4096], Gen.Int[18, 32])
        .Select((address, bits) => new Ipv4Range(address, bits)).Array[0, 40];

    [Fact]
    public void A_subnet_lies_in_the_pool_and_overlaps_nothing_that_is_in_use() => Gen.Select(Taken, Gen.String).Sample((taken, container) =>
        SubnetAllocation.Choose(Pool, container, taken) is not { } subnet
        || (subnet.PrefixLength == 29 && Pool.Contains(subnet.First) && Pool.Contains(subnet.Last) && !taken.Any(subnet.Overlaps)));

    [Theory]
    [InlineData("10.213.4.0/24", 32)]
    [InlineData("10.213.4.0/27", 4)]
    [InlineData("10.213.4.8/29", 1)]
    public void Every_subnet_of_a_pool_is_given_once_and_then_none(string pool, int count)
    {
        var range = Ipv4Range.Parse(pool)!.Value;
        var given = new List<Ipv4Range>();
        while (SubnetAllocation.Choose(range, $"coi-9dad1e4e-{given.Count}", given) is { } subnet) given.Add(subnet);
        Assert.Equal(count, given.Count);
        Assert.Equal(count, given.Distinct().Count());
    }

    [Fact]
    public void A_container_mostly_gets_the_same_subnet_again() =>
        Assert.Equal(SubnetAllocation.Choose(Pool, "coi-9dad1e4e-1", []), SubnetAllocation.Choose(Pool, "coi-9dad1e4e-1", []));

    [Fact]
    public void Containers_seldom_want_the_same_subnet()
    {
        var wanted = Enumerable.Range(0, 100).Select(n => SubnetAllocation.Choose(Pool, $"coi-{n:x8}-1", [])).Distinct().Count();
        Assert.True(wanted > 90, $"100 containers want {wanted} subnets");
    }

    [Theory]
    [InlineData("10.213.4.8/30")]
    [InlineData("10.213.4.8/32")]
    public void A_pool_that_is_too_small_has_no_subnet(string pool) =>
        Assert.Null(SubnetAllocation.Choose(Ipv4Range.Parse(pool)!.Value, "coi-9dad1e4e-1", []));

    [Fact]
    public void A_host_route_over_the_whole_pool_leaves_nothing() =>
        Assert.Null(SubnetAllocation.Choose(Pool, "coi-9dad1e4e-1", [Ipv4Range.Parse("10.0.0.0/8")!.Value]));

    [Fact]
    public void A_plan_knows_the_addresses_of_its_subnet()
    {
        var plan = new NetworkPlan("coi0123456789ab", "coi-9dad1e4e-1", "10.213.4.8/29", 1500);
        Assert.Equal(("10.213.4.9", "10.213.4.10"), (plan.Gateway, plan.Address));
        Assert.Throws<FormatException>(() => (plan with { Subnet = "nowhere" }).Range);
    }
}
