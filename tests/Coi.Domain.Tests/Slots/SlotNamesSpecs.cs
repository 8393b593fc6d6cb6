using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Slots;

public sealed class SlotNamesSpecs
{
    private const string LongestPrefix = "coi-23456789012345678901234567890123456789012345678";

    [Fact]
    public void Container_and_terminal_are_named_as_people_know_them()
    {
        var container = SlotNames.Container("coi-", WorkspaceHash.Of("/home/user/project"), 1);
        Assert.Equal("coi-9dad1e4e-1", container);
        Assert.Equal("coi-coi-9dad1e4e-1", SlotNames.TmuxSession(container));
        Assert.Equal(container, SlotNames.Acl(container));
    }

    [Fact]
    public void A_bridge_has_a_name_that_Linux_takes_whatever_the_container_is_called() => Gen.String.Sample(container =>
    {
        var bridge = SlotNames.Bridge(container);
        return bridge.Length == SlotNames.LongestInterface && bridge.StartsWith("coi", StringComparison.Ordinal) && bridge[3..].All(char.IsAsciiHexDigitLower);
    });

    [Fact]
    public void Two_containers_do_not_share_a_bridge()
    {
        var names = from prefix in new[] { "coi-", "dt-", "coi-coi-" }
                    from path in Enumerable.Range(0, 100)
                    from slot in Enumerable.Range(1, 10)
                    select SlotNames.Container(prefix, WorkspaceHash.Of($"/home/user/{path}"), slot);
        var all = names.ToList();
        Assert.Equal(all.Count, all.Select(SlotNames.Bridge).Distinct().Count());
    }

    [Theory]
    [InlineData("coi-")]
    [InlineData("a")]
    [InlineData("My-Coi-2-")]
    public void A_prefix_that_begins_a_host_name_is_taken(string prefix) => Assert.Null(SlotNames.CheckPrefix(prefix));

    [Theory]
    [InlineData("")]
    [InlineData("-coi")]
    [InlineData("1coi")]
    [InlineData("coi_")]
    [InlineData("coi/")]
    [InlineData("cöi-")]
    [InlineData("coi .*")]
    [InlineData(LongestPrefix)]
    public void Another_prefix_is_refused_with_what_is_allowed(string prefix)
    {
        var failure = SlotNames.CheckPrefix(prefix);
        Assert.Equal("prefix.invalid", failure?.Code);
        Assert.Contains("COI_CONTAINER_PREFIX", failure?.Hint);
    }

    [Fact]
    public void The_longest_prefix_leaves_room_for_a_slot_in_the_63_characters_of_a_host_name()
    {
        var longest = LongestPrefix[..50];
        Assert.Null(SlotNames.CheckPrefix(longest));
        Assert.True(SlotNames.Container(longest, WorkspaceHash.Of("/"), 9999).Length <= 63);
    }
}
