using Coi.Domain.Slots;

namespace Coi.Daemon.History;

/// <summary>What a container is now, in a sentence.</summary>
internal static class ContainerStory
{
    /// <summary>The sentence, without a full stop.</summary>
    /// <param name="state">State of its slot.</param>
    /// <param name="failure">What keeps the slot from going on; null when nothing does.</param>
    public static string Now(SlotState state, Failure? failure) => state.Phase switch
    {
        SlotPhase.Free when state.Failure is { } failed => $"does not exist any more: its start failed ({failed.Message})",
        SlotPhase.Free when state.Cause is { } cause => $"does not exist any more: {SlotNarration.Tell(cause)}",
        SlotPhase.Free => "does not exist any more",
        SlotPhase.Preparing => "is being made",
        SlotPhase.Starting => "is being started",
        SlotPhase.Running => "is running",
        SlotPhase.Stopping => "is being stopped",
        SlotPhase.Stopped => "has stopped; its session is being saved",
        SlotPhase.Deleting => "is being removed",
        SlotPhase.Kept when state.RunsUnasked => "is kept and runs, because somebody else started it",
        SlotPhase.Kept when state.Cause is { } cause => $"is kept, stopped: {SlotNarration.Tell(cause)}",
        SlotPhase.Kept => "is kept, stopped",
        _ => throw new InvalidOperationException($"{state.Phase} is not handled by {nameof(Now)}"),
    } + (failure is null ? "" : $", and cannot go on: {failure.Message}");
}
