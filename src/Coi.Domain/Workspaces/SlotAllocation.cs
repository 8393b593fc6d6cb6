using System.Collections.Immutable;

namespace Coi.Domain.Workspaces;

/// <summary>The slot for a new session.</summary>
/// <param name="Slot">Slot number.</param>
/// <param name="Container">Container that is started again; null when one is to be made.</param>
/// <param name="Notice">What the user should know about the choice; null when it is what was asked for.</param>
public sealed record Allocation(int Slot, string? Container, string? Notice);

/// <summary>What a session asks of its slot.</summary>
/// <param name="SessionId">Session to run; a kept container that had it last is preferred.</param>
/// <param name="Number">Slot number, 0 for any.</param>
/// <param name="MaxSlots">Highest slot number.</param>
/// <param name="Fresh">Only a slot that holds nothing will do: what is removed at the end (<c>coi run</c>) takes no kept container with it.</param>
public sealed record SlotWish(string SessionId, int Number, int MaxSlots, bool Fresh = false)
{
    /// <summary>Image that a kept container must have been made from; null when any will do.</summary>
    public string? Image { get; init; }

    /// <summary>What is known of the images that kept containers were made from, by slot.</summary>
    public IReadOnlyDictionary<int, string> Images { get; init; } = ImmutableDictionary<int, string>.Empty;

    // One whose image is not known may be of another.
    internal bool IsOfAnotherImage(int slot) => Image is not null && Images.GetValueOrDefault(slot) != Image;
}

/// <summary>Chooses slots. Pure: the workspace's actor is the only one who asks, one request at a time, so no slot is given twice.</summary>
public static class SlotAllocation
{
    /// <summary>
    /// The slot for a session: without a number the lowest kept container that will do, else the lowest free number; with a number that
    /// slot when nothing runs in it and what it keeps will do, else the next free one.
    /// </summary>
    /// <param name="state">The workspace's slots.</param>
    /// <param name="wish">What is asked for.</param>
    /// <param name="failure">Why there is none; null when there is one.</param>
    public static Allocation? Choose(WorkspaceState state, SlotWish wish, out Failure? failure)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(wish);
        failure = Check(state, wish);
        if (failure is not null) return null;
        var chosen = wish.Number > 0 ? ByNumber(state, wish) : Kept(state, wish) ?? Free(state, wish, 1, slot => $"Auto-allocated slot {slot}{PassedOver(state, wish)}");
        if (chosen is null) failure = Exhausted(wish.MaxSlots);
        return chosen;
    }

    /// <summary>The state after an event.</summary>
    public static WorkspaceState Apply(WorkspaceState state, IWorkspaceEvent evt)
    {
        ArgumentNullException.ThrowIfNull(state);
        return evt switch
        {
            SlotReserved e => new WorkspaceState(state.Slots.SetItem(e.Slot, new SlotUse(e.SessionId, e.Container, Rests: false))),
            SlotRested e => state.Slots.TryGetValue(e.Slot, out var use) ? new WorkspaceState(state.Slots.SetItem(e.Slot, use with { Rests = true })) : state,
            SlotReleased e => new WorkspaceState(state.Slots.Remove(e.Slot)),
            // It is not known any more whether it rests; one that failed is given to nobody.
            SlotFailed e => new WorkspaceState(state.Slots.SetItem(e.Slot, new SlotUse(e.SessionId, e.Container, Rests: false, e.Failure))),
            SlotRecovered e => new WorkspaceState(state.Slots.SetItem(e.Slot, new SlotUse(e.SessionId, e.Container, Rests: false))),
            _ => throw new InvalidOperationException($"{evt.GetType().Name} is not handled by {nameof(Apply)}"),
        };
    }

    private static Allocation? ByNumber(WorkspaceState state, SlotWish wish)
    {
        var use = state.Slots.GetValueOrDefault(wish.Number);
        if (use is null || WillDo(wish.Number, use, wish)) return new Allocation(wish.Number, use?.Container, null);
        var reason = !use.Rests ? "is in use" : wish.Fresh ? $"keeps {use.Container}, which stays as it is" : $"keeps {Of(wish.Number, use, wish)}";
        return Free(state, wish, wish.Number + 1, slot => $"Slot {wish.Number} {reason}, using slot {slot}");
    }

    private static Allocation? Kept(WorkspaceState state, SlotWish wish) => state.Slots
        .Where(s => WillDo(s.Key, s.Value, wish))
        .OrderByDescending(s => s.Value.SessionId == wish.SessionId)
        .ThenBy(s => s.Key)
        .Select(s => new Allocation(s.Key, s.Value.Container, $"Using slot {s.Key}, whose container was kept"))
        .FirstOrDefault();

    private static Allocation? Free(WorkspaceState state, SlotWish wish, int from, Func<int, string> notice)
    {
        for (var slot = from; slot <= wish.MaxSlots; slot++)
        {
            if (!state.Slots.ContainsKey(slot)) return new Allocation(slot, null, notice(slot));
        }

        return null;
    }

    private static bool WillDo(int slot, SlotUse use, SlotWish wish) => use.Rests && !wish.Fresh && !wish.IsOfAnotherImage(slot);

    // Whoever named an image hears why the container that would have been used is not.
    private static string PassedOver(WorkspaceState state, SlotWish wish)
    {
        var kept = wish.Fresh ? [] : state.Slots.Where(s => s.Value.Rests).Select(s => Of(s.Key, s.Value, wish)).ToList();
        return kept.Count == 0 ? "" : $" for image {wish.Image}; kept stays {string.Join(", ", kept)}";
    }

    private static string Of(int slot, SlotUse use, SlotWish wish) =>
        $"{use.Container} (made from image {wish.Images.GetValueOrDefault(slot) ?? "unknown"})";

    private static Failure? Check(WorkspaceState state, SlotWish wish)
    {
        if (wish.Number < 0 || wish.Number > wish.MaxSlots)
        {
            return new Failure("slot.invalid", $"slot {wish.Number} does not exist: a directory has {wish.MaxSlots} slots", $"Use --slot 1 to {wish.MaxSlots}, or 0 for the lowest free one; defaults.max_slots makes more");
        }

        foreach (var (slot, use) in state.Slots)
        {
            if (use.SessionId == wish.SessionId && !use.Rests)
            {
                return new Failure("session.live", $"session {wish.SessionId} is live in slot {slot} ({use.Container})", $"coi attach {use.Container}");
            }
        }

        return null;
    }

    private static Failure Exhausted(int maxSlots) =>
        new("slot.exhausted", $"all {maxSlots} slots are in use", "End a session (`coi list`, `coi shutdown <name>`), or raise defaults.max_slots");
}
