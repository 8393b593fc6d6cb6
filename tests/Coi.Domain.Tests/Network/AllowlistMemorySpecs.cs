using Coi.Domain.Network;
using Xunit;

namespace Coi.Domain.Tests.Network;

public sealed class AllowlistMemorySpecs
{
    private const string Name = "api.example.org";
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly RefreshTiming Timing = RefreshTiming.Of(30, Minute);

    [Fact]
    public void A_new_address_is_open_at_once_and_the_old_one_an_interval_longer()
    {
        var memory = Learn(Learn(AllowlistMemory.Empty, Start, "1.1.1.1"), Start + 10 * Minute, "2.2.2.2");

        Assert.Equal("2.2.2.2", Text(memory.Answers[Name]));
        Assert.Equal("1.1.1.1 2.2.2.2", Text(memory.Open[Name]));
        var almost = Learn(memory, Start + 39 * Minute, "2.2.2.2");
        Assert.Equal("1.1.1.1 2.2.2.2", Text(almost.Open[Name]));
        var after = Learn(almost, Start + 40 * Minute, "2.2.2.2");
        Assert.Equal("2.2.2.2", Text(after.Open[Name]));
    }

    [Fact]
    public void It_is_asked_again_when_an_old_address_is_to_be_closed()
    {
        var memory = Learn(Learn(AllowlistMemory.Empty, Start, TimeSpan.FromHours(9), "1.1.1.1"), Start + 20 * Minute, TimeSpan.FromHours(9), "2.2.2.2");

        Assert.Equal(Start + 50 * Minute, memory.Due);
    }

    [Fact]
    public void An_address_that_comes_back_stays_open()
    {
        var memory = Learn(Learn(Learn(AllowlistMemory.Empty, Start, "1.1.1.1"), Start + Minute, "2.2.2.2"), Start + 2 * Minute, "1.1.1.1");

        Assert.Equal("1.1.1.1", Text(memory.Answers[Name]));
        Assert.Equal("1.1.1.1", Text(Learn(memory, Start + 32 * Minute, "1.1.1.1").Open[Name]));
    }

    [Fact]
    public void A_name_that_fails_keeps_its_last_good_answer_for_ever()
    {
        var good = Learn(AllowlistMemory.Empty, Start, "1.1.1.1");
        var memory = good;
        for (var i = 1; i < 100; i++) memory = memory.Learn([new NameAnswer(Name, [], TimeSpan.Zero, "down")], Timing, Start + i * 5 * Minute);

        Assert.Equal("1.1.1.1", Text(memory.Open[Name]));
        Assert.Equal(Start, memory.Names[Name].AnsweredAt);
        Assert.Equal("down", memory.Names[Name].Trouble);
        Assert.Equal(memory.LastUpdate + 5 * Minute, memory.Due);
    }

    [Theory]
    [InlineData(0, 1)] // never more often than each minute
    [InlineData(90, 1.5)]
    [InlineData(86400, 30)] // never less often than the interval
    public void The_time_of_an_answer_is_kept_to_within_bounds(int ttl, double minutes) =>
        Assert.Equal(Start + minutes * Minute, Learn(AllowlistMemory.Empty, Start, TimeSpan.FromSeconds(ttl), "1.1.1.1").Due);

    [Fact]
    public void An_interval_of_nothing_never_asks_again() =>
        Assert.Null(AllowlistMemory.Empty.Learn([new NameAnswer(Name, ["1.1.1.1"], Minute)], RefreshTiming.Of(0, Minute), Start).Due);

    [Fact]
    public void Names_that_are_no_longer_listed_are_forgotten() =>
        Assert.Equal(["other.example"], Learn(AllowlistMemory.Empty, Start, "1.1.1.1").Learn([new NameAnswer("other.example", ["3.3.3.3"], Minute)], Timing, Start).Open.Keys);

    private static string Text(IEnumerable<string> addresses) => string.Join(' ', addresses);

    private static AllowlistMemory Learn(AllowlistMemory memory, DateTimeOffset now, params string[] addresses) => Learn(memory, now, Minute, addresses);

    private static AllowlistMemory Learn(AllowlistMemory memory, DateTimeOffset now, TimeSpan ttl, params string[] addresses) =>
        memory.Learn([new NameAnswer(Name, [.. addresses], ttl)], Timing, now);
}
