using Coi.Cli.CommandLine;
using Coi.Cli.History;
using Xunit;

namespace Coi.Cli.Tests.History;

public sealed class MomentsSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 2, 1, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("now", 0)]
    [InlineData("1 minute ago", 1)]
    [InlineData("90 minutes ago", 90)]
    [InlineData("2 hours ago", 120)]
    [InlineData("  2  h  ago ", 120)]
    [InlineData("1 day ago", 1440)]
    [InlineData("2 weeks ago", 20160)]
    [InlineData("2026-02-01T09:00:00Z", 60)]
    [InlineData("2026-02-01T10:00:00+01:00", 60)]
    public void A_moment_is_understood_as_it_is_written(string text, int minutesAgo) =>
        Assert.Equal(Now.AddMinutes(-minutesAgo), Moments.Parse(text, "--at", Now));

    [Fact]
    public void A_time_without_zone_is_the_callers() =>
        Assert.Equal(new DateTimeOffset(new DateTime(2026, 2, 1, 9, 30, 0, DateTimeKind.Local)), Moments.Parse("2026-02-01 09:30", "--at", Now));

    [Fact]
    public void What_is_further_back_than_the_calendar_is_the_beginning() =>
        Assert.Equal(DateTimeOffset.UnixEpoch, Moments.Parse("2000000000 weeks ago", "--since", Now));

    [Theory]
    [InlineData("yesterday evening")]
    [InlineData("two hours ago")]
    [InlineData("-2 hours ago")]
    [InlineData("2 fortnights ago")]
    [InlineData("")]
    public void Anything_else_is_a_usage_error_that_says_how(string text)
    {
        var error = Assert.Throws<UsageException>(() => Moments.Parse(text, "--since", Now));
        Assert.Contains("--since", error.Message, StringComparison.Ordinal);
        Assert.Contains("2 hours ago", error.Hint, StringComparison.Ordinal);
    }
}
