using Coi.Cli.Builds;
using Coi.Cli.Images;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Images;

public sealed class ImageTextSpecs
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(188, "188 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1_048_500, "1.0 MiB")]
    [InlineData(197_951_283, "189 MiB")] // what Incus writes as 188.78MiB
    [InlineData(104_800_000, "99.9 MiB")]
    [InlineData(104_850_000, "100 MiB")]
    [InlineData(2_420_222_976, "2.3 GiB")]
    [InlineData(long.MaxValue, "8388608 TiB")]
    public void Sizes_are_right_to_three_digits(long bytes, string text) => Assert.Equal(text, ByteSize.Text(bytes));

    [Fact]
    public void A_build_tells_of_old_versions_that_can_be_removed_and_of_no_others()
    {
        var built = new BuiltImage { Alias = "web", Skipped = false };
        Assert.Null(OlderVersions.Text(built));
        Assert.Null(OlderVersions.Text(built with { OlderVersions = [new ImageVersion("web-20260101-000000", "f", 1, "it is also named stable")] }));
        Assert.Equal(
            "2 older versions of 'web' take 3.0 GiB; 'coi image cleanup web --keep 1' removes them",
            OlderVersions.Text(built with { OlderVersions = [new ImageVersion("web-20260101-000000", "a", 1L << 30), new ImageVersion("web-20260102-000000", "b", 2L << 30)] }));
    }

    [Fact]
    public void Cleanup_says_what_went_what_stays_and_why()
    {
        using var text = new StringWriter { NewLine = "\n" };
        ImageCleanupText.Write(new CleanedImages("web", [new ImageVersion("web-1", "a", 1024)], [new ImageVersion("web-2", "b", 2048, "it is also named stable")], [], DryRun: false), text);
        Assert.Equal("Cleanup complete\nDeleted 1 version (1.0 KiB):\n  - web-1  1.0 KiB\nKept 1 version (2.0 KiB):\n  - web-2  2.0 KiB  (it is also named stable)\n", text.ToString());
    }

    [Theory]
    [InlineData("image cleanup coi", "required flag(s) \"keep\" not set")]
    [InlineData("image cleanup coi --keep 0", "--keep must be > 0")]
    [InlineData("image cleanup coi --keep", "flag needs a value: --keep")]
    [InlineData("image list --format xml", "invalid format 'xml'")]
    [InlineData("image publish one", "requires at least 2 arg(s)")]
    [InlineData("build custom name", "required flag(s) \"script\" not set")]
    [InlineData("build custom", "requires at least 1 arg(s)")]
    [InlineData("build bogus", "unknown command \"bogus\" for \"coi build\"")]
    [InlineData("images extra", "accepts 0 arg(s)")]
    public async Task What_cannot_be_understood_is_said_without_asking_anybody(string line, string words)
    {
        using var caller = new Caller();
        var said = await caller.RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (said.ExitCode, said.Out));
        Assert.Contains(words, said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_is_not_there_is_said_without_asking_anybody()
    {
        using var caller = new Caller();
        var said = await caller.RunAsync("build", "custom", "mine", "--script", "none.sh");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("script not found: ", said.Error, StringComparison.Ordinal);
    }
}
