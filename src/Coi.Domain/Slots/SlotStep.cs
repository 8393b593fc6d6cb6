namespace Coi.Domain.Slots;

/// <summary>Something in the life of a slot with the states around it; what history, explanations and the live feed are made of.</summary>
/// <param name="Event">What happened: an event of the slot, or one of its workspace about it.</param>
/// <param name="Before">State until then.</param>
/// <param name="After">State since then.</param>
public sealed record SlotStep(IJournaled Event, SlotState Before, SlotState After)
{
    /// <summary>What it happened to; null when the journal does not say.</summary>
    public LaunchSpec? Spec => After.Spec ?? Before.Spec;

    /// <summary>The step that an event makes from a state.</summary>
    public static SlotStep From(SlotState before, ISlotEvent evt) => new(evt, before, SlotLifecycle.Apply(before, evt));

    /// <summary>What a workspace did about a slot in a state.</summary>
    public static SlotStep About(SlotState state, IJournaled evt) => new(evt, state, state);
}
