using Coi.Daemon.Network.Inspection;
using Xunit;

namespace Coi.Daemon.Tests.Network;

public sealed class DnsAnswerSpecs
{
    // What dnsmasq answered for _gateway.incus, and for a name that it does not know.
    private const string Known = "636f85800001000100000000085f6761746577617905696e6375730000010001c00c000100010000000000040adbd2a1";
    private const string Unknown = "636f85830001000000000000056f7468657207696e76616c69640000010001";

    [Fact]
    public void Addresses_and_codes_are_read()
    {
        Assert.Equal(["10.219.210.161"], Read(Known)?.Addresses);
        Assert.Equal("10.219.210.161", Read(Known)?.Words);
        Assert.Equal((3, "no such name"), (Read(Unknown)?.Code, Read(Unknown)?.Words));
    }

    [Theory]
    [InlineData("")]
    [InlineData("636f")]
    [InlineData("636f85800001000100000000085f67")]
    [InlineData("636f858000010005000000000000010001")]
    public void What_is_cut_off_is_no_answer(string bytes) => Assert.Null(Read(bytes));

    private static DnsAnswer? Read(string bytes) => DnsAnswer.Parse(Convert.FromHexString(bytes));
}
