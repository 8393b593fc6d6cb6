using Coi.Daemon.Incus;
using Coi.Incus;
using Xunit;

namespace Coi.Daemon.Tests.Incus;

public sealed class IncusFailureSpecs
{
    // The texts are Incus 6.0.4's.
    [Theory]
    [InlineData("Failed to setup device mount \"state\": idmapping abilities are required but aren't supported on system", "mounts.owners", "unprivileged container")]
    [InlineData("Failed to write file: write /var/lib/incus/x: no space left on device", "storage.full", "incus storage info")]
    [InlineData("mkdir /x: disk quota exceeded", "storage.full", "incus storage info")]
    [InlineData("Something that nobody foresaw", "incus.refused", "coi daemon logs")]
    public void What_Incus_says_is_kept_and_the_way_on_fits_it(string said, string code, string hint)
    {
        var failure = IncusFailures.Explain(new IncusException("start instance coi-1", 500, said));
        Assert.Equal(code, failure.Code);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.Contains(hint, failure.Hint, StringComparison.Ordinal);
    }
}
