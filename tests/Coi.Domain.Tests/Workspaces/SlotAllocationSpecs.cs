using System.Collections.Immutable;
using Coi.Domain.Workspaces;
using Xunit;

namespace Coi.Domain.Tests.Workspaces;

public sealed class SlotAllocationSpecs
{
    private const int Max = 10;

    [Fact]
    public void The_lowest_free_slot_is_taken()
    {
        Assert.Equal(1, Choose(Workspace())?.Slot);
        Assert.Equal(2, Choose(Workspace((1, "a", false), (3, "b", false)))?.Slot);
    }

    [Fact]
    public void A_slot_that_was_asked_for_and_is_free_is_taken_without_a_word()
    {
        var allocation = Choose(Workspace((1, "a", false)), wanted: 7);
        Assert.Equal(new Allocation(7, null, null), allocation);
    }

    [Fact]
    public void A_slot_that_was_asked_for_and_is_in_use_gives_way_to_the_next_free_one_and_says_so()
    {
        var allocation = Choose(Workspace((2, "a", false), (3, "b", true)), wanted: 2);
        Assert.Equal(4, allocation?.Slot);
        Assert.Contains("Slot 2 is in use", allocation?.Notice);
    }

    [Fact]
    public void A_slot_that_was_asked_for_and_keeps_a_container_starts_it_again() =>
        Assert.Equal(new Allocation(2, "coi-2", null), Choose(Workspace((1, "a", true), (2, "b", true)), wanted: 2));

    [Fact]
    public void A_kept_container_is_started_again_before_one_is_made() =>
        Assert.Equal((2, "coi-2"), Place(Choose(Workspace((1, "a", false), (2, "b", true), (3, "c", true)))));

    [Fact]
    public void The_kept_container_that_had_the_session_is_preferred() =>
        Assert.Equal((3, "coi-3"), Place(Choose(Workspace((2, "b", true), (3, "me", true)))));

    [Fact]
    public void What_is_removed_at_its_end_never_gets_a_kept_container()
    {
        Assert.Equal((3, null), Place(Choose(Workspace((1, "a", true), (2, "me", true)), fresh: true)));

        var asked = Choose(Workspace((1, "a", true), (2, "b", false)), wanted: 1, fresh: true);
        Assert.Equal((3, null), Place(asked));
        Assert.Contains("Slot 1 keeps coi-1, which stays as it is, using slot 3", asked?.Notice);

        var full = Workspace([.. Enumerable.Range(1, Max).Select(slot => (slot, $"s{slot}", true))]);
        Assert.Null(SlotAllocation.Choose(full, new SlotWish("me", 0, Max, Fresh: true), out var failure));
        Assert.Equal("slot.exhausted", failure?.Code);
    }

    [Fact]
    public void An_image_that_is_named_is_what_the_session_gets()
    {
        var workspace = Workspace((1, "me", true), (2, "b", true), (3, "c", true));
        var wish = new SlotWish("me", 0, Max) { Images = new Dictionary<int, string> { [1] = "coi", [2] = "rust" } };

        Assert.Equal(1, SlotAllocation.Choose(workspace, wish, out _)?.Slot);
        Assert.Equal((2, "coi-2"), Place(SlotAllocation.Choose(workspace, wish with { Image = "rust" }, out _)));

        var other = SlotAllocation.Choose(workspace, wish with { Image = "go" }, out _);
        Assert.Equal((4, null), Place(other));
        Assert.Equal(
            "Auto-allocated slot 4 for image go; kept stays coi-1 (made from image coi), coi-2 (made from image rust), coi-3 (made from image unknown)", other?.Notice);

        var asked = SlotAllocation.Choose(workspace, wish with { Image = "go", Number = 2 }, out _);
        Assert.Equal((4, null), Place(asked));
        Assert.Equal("Slot 2 keeps coi-2 (made from image rust), using slot 4", asked?.Notice);
    }

    [Fact]
    public void A_session_that_is_live_is_not_started_twice()
    {
        Assert.Null(SlotAllocation.Choose(Workspace((4, "me", false)), new SlotWish("me", 0, Max), out var failure));
        Assert.Equal("session.live", failure?.Code);
        Assert.Contains("slot 4", failure?.Message);
        Assert.Equal("coi attach coi-4", failure?.Hint);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public void A_slot_that_does_not_exist_is_refused(int wanted)
    {
        Assert.Null(SlotAllocation.Choose(Workspace(), new SlotWish("me", wanted, Max), out var failure));
        Assert.Equal("slot.invalid", failure?.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public void When_all_slots_are_in_use_that_is_said(int wanted)
    {
        var full = Workspace([.. Enumerable.Range(1, Max).Select(slot => (slot, $"s{slot}", false))]);
        Assert.Null(SlotAllocation.Choose(full, new SlotWish("me", wanted, Max), out var failure));
        Assert.Equal("slot.exhausted", failure?.Code);
        Assert.Contains("all 10 slots are in use", failure?.Message);
    }

    [Fact]
    public void Only_slots_behind_the_one_asked_for_are_tried()
    {
        Assert.Null(SlotAllocation.Choose(Workspace((10, "a", false)), new SlotWish("me", 10, Max), out var failure));
        Assert.Equal("slot.exhausted", failure?.Code);
    }

    [Fact]
    public void An_unknown_event_is_a_defect_and_not_ignored() =>
        Assert.Throws<InvalidOperationException>(() => SlotAllocation.Apply(WorkspaceState.Initial, new Strange(DateTimeOffset.UnixEpoch)));

    private static Allocation? Choose(WorkspaceState state, int wanted = 0, bool fresh = false) => SlotAllocation.Choose(state, new SlotWish("me", wanted, Max, fresh), out _);

    private static (int, string?)? Place(Allocation? allocation) => allocation is null ? null : (allocation.Slot, allocation.Container);

    private static WorkspaceState Workspace(params (int Slot, string Session, bool Rests)[] uses) => new(
        uses.ToImmutableSortedDictionary(u => u.Slot, u => new SlotUse(u.Session, $"coi-{u.Slot}", u.Rests)));

    private sealed record Strange(DateTimeOffset At) : IWorkspaceEvent;
}
