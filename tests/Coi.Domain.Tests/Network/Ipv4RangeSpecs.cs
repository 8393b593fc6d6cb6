using Coi.Domain.Network;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Network;

public sealed class Ipv4RangeSpecs
{
    private static readonly Gen<Ipv4Range> Ranges = Gen.Select(Gen.UInt, Gen.Int[0, 32]).Select((address, bits) => new Ipv4Range(address, bits));

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3", "10.1.2.3/32")]
    [InlineData("10.213.4.13/29", "10.213.4.8/29")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("255.255.255.255", "255.255.255.255/32")]
    public void Addresses_and_ranges_are_read(string text, string expected) => Assert.Equal(expected, Ipv4Range.Parse(text)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("1")]
    [InlineData("10.1")]
    [InlineData("10.1.2")]
    [InlineData("10.1.2.3.4")]
    [InlineData("10.1.2.")]
    [InlineData("10..2.3")]
    [InlineData("256.1.1.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.08")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData(" 10.0.0.0")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("github.com")]
    [InlineData("١٠.0.0.1")]
    public void What_a_person_would_not_call_an_address_is_not_one(string text) => Assert.Null(Ipv4Range.Parse(text));

    [Fact]
    public void A_range_that_was_written_is_read_again() => Ranges.Sample(range => Ipv4Range.Parse(range.ToString()) == range);

    [Fact]
    public void A_range_has_its_size_and_holds_its_ends() => Ranges.Sample(range =>
        range.Last - (ulong)range.First + 1 == 1UL << (32 - range.PrefixLength) && range.Contains(range.First) && range.Contains(range.Last));

    [Fact]
    public void Ranges_overlap_when_one_holds_the_other() => Gen.Select(Ranges, Ranges).Sample((a, b) =>
        a.Overlaps(b) == b.Overlaps(a) && a.Overlaps(b) == (a.Contains(b.First) || b.Contains(a.First)));
}
