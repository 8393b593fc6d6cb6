using Coi.Daemon.Hosting;
using Xunit;

namespace Coi.Daemon.Tests.Hosting;

/// <summary>When the daemon is taken to be at rest.</summary>
public sealed class IdleMemorySpecs
{
    [Theory]
    [InlineData(new long[] { 20, 40, 60 }, new bool[] { false, false, false })] // at work
    [InlineData(new long[] { 20, 20, 20 }, new bool[] { false, true, false })] // at rest, once
    [InlineData(new long[] { 2, 4, 6, 6, 6 }, new bool[] { false, false, false, false, false })] // too little to be worth it
    [InlineData(new long[] { 20, 20, 24, 24, 29, 29 }, new bool[] { false, true, false, false, false, true })] // little by little
    public void Rest_begins_with_the_first_quiet_look_after_much_work(long[] mebibytes, bool[] begins)
    {
        var rest = new IdleMemory.Rest();
        Assert.Equal(begins, mebibytes.Select(allocated => rest.BeginsAt(allocated << 20)));
    }
}
