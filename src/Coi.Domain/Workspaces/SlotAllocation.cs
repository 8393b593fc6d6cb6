namespace Coi.Domain.Workspaces;

/// <summary>The slot for a new session.</summary>
/// <param name="Slot">Slot number.</param>
/// <param name="Container">Container that is started again; null when one is to be made.</param>
/// <param name="Notice">What the user should know about the choice; null when it is what was asked for.</param>
public sealed record Allocation(int Slot, string? Container, string? Notice);

/// <summary>Chooses slots. Pure: the workspace's actor is the only one who asks, one request at a time, so no slot is given twice.</summary>
public static class SlotAllocation
{
    /// <summary>
    /// The slot for a session: with <paramref name="wanted"/> 0 the lowest kept container, else the lowest free number; with a number that
    /// slot when nothing runs in it, else the next free one.
    /// </summary>
    /// <param name="state">The workspace's slots.</param>
    /// <param name="sessionId">Session to run; a kept container that had it last is preferred.</param>
    /// <param name="wanted">Slot number, 0 for any.</param>
    /// <param name="maxSlots">Highest slot number.</param>
    /// <param name="failure">Why there is none; null when there is one.</param>
    public static Allocation? Choose(WorkspaceState state, string sessionId, int wanted, int maxSlots, out Failure? failure)
    {
        ArgumentNullException.ThrowIfNull(state);
        failure = Check(state, sessionId, wanted, maxSlots);
        if (failure is not null) return null;
        if (wanted > 0)
        {
            var use = state.Slots.GetValueOrDefault(wanted);
            if (use is null || use.Rests) return new Allocation(wanted, use?.Container, null);
            for (var next = wanted + 1; next <= maxSlots; next++)
            {
                if (!state.Slots.ContainsKey(next)) return new Allocation(next, null, $"Slot {wanted} is in use, using slot {next}");
            }

            failure = Exhausted(maxSlots);
            return null;
        }

        foreach (var (slot, use) in state.Slots.OrderByDescending(s => s.Value.SessionId == sessionId).ThenBy(s => s.Key))
        {
            if (use.Rests) return new Allocation(slot, use.Container, $"Using slot {slot}, whose container was kept");
        }

        for (var slot = 1; slot <= maxSlots; slot++)
        {
            if (!state.Slots.ContainsKey(slot)) return new Allocation(slot, null, $"Auto-allocated slot {slot}");
        }

        failure = Exhausted(maxSlots);
        return null;
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
            _ => throw new InvalidOperationException($"{evt.GetType().Name} is not handled by {nameof(Apply)}"),
        };
    }

    private static Failure? Check(WorkspaceState state, string sessionId, int wanted, int maxSlots)
    {
        if (wanted < 0 || wanted > maxSlots)
        {
            return new Failure("slot.invalid", $"slot {wanted} does not exist", $"Use --slot 1 to {maxSlots}, or 0 for the lowest free one");
        }

        foreach (var (slot, use) in state.Slots)
        {
            if (use.SessionId == sessionId && !use.Rests)
            {
                return new Failure("session.live", $"session {sessionId} is live in slot {slot} ({use.Container})", $"coi attach {use.Container}");
            }
        }

        return null;
    }

    private static Failure Exhausted(int maxSlots) =>
        new("slot.exhausted", $"all {maxSlots} slots are in use", "End a session (`coi list`, `coi shutdown <name>`), or raise defaults.max_slots");
}
