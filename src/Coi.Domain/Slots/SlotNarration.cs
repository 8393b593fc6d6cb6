using Coi.Domain.Network;
using Coi.Domain.Workspaces;

namespace Coi.Domain.Slots;

/// <summary>Tells in a sentence what an event was; without a full stop, the container is named beside it.</summary>
public static class SlotNarration
{
    /// <summary>The sentence.</summary>
    public static string Tell(SlotStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return step.Event switch
        {
            LaunchRequested e => Launch(e) + By(e.By),
            Provisioned e => $"its network {e.Network.Bridge} ({Mode(step.Spec)}) and the container were made; the policy was in force",
            SessionStarted { EndsAt: { } end } => $"it was running; its time was to be up at {end:yyyy-MM-dd HH:mm:ss} UTC",
            SessionStarted => "it was running",
            LaunchFailed e => $"the start failed: {e.Failure.Message}",
            ContainerPersisted e => "it was to be kept from then on when it stops" + By(e.By),
            ContainerMarked => "its keys and its session said that it is kept",
            PolicyChanged e => $"another network policy was asked for: {e.Policy.Mode.Word()}" + By(e.By),
            PolicyApplied => "that policy was in force",
            ContainerFoundRunning => "somebody else had started it",
            StopRequested e => Stop(e) + By(e.By),
            ContainerStopped e => $"it had stopped: {Tell(e.Cause)}",
            SessionFinalised => step.Spec is { Run: true } ? "its command had ended" : "its session was saved and can be resumed",
            ContainerKept => "it was kept, stopped, for the next session of its workspace",
            SlotFreed => step.Before.Failure is null ? "container and network were removed" : "what had been made for it was removed",
            ContainerAdopted e => $"it was found in Incus without being in the journal, and taken over with session {e.Spec.SessionId}",
            SlotFailed e => $"it failed and is left alone, its network closed: {e.Failure.Message}",
            SlotRecovered e => "it was recovered: it goes on with what Incus has" + By(e.By),
            _ => throw new InvalidOperationException($"{step.Event.GetType().Name} is not handled by {nameof(Tell)}"),
        };
    }

    /// <summary>A cause in words.</summary>
    public static string Tell(StopCause cause) => cause switch
    {
        StopCause.FromInside => "it was powered off from inside, crashed, or was stopped by somebody else",
        StopCause.Requested => "coi had been asked to stop it",
        StopCause.WhileAway => "that happened while the daemon did not watch",
        StopCause.Deleted => "it had been deleted or renamed in Incus by somebody else",
        StopCause.TimeUp => "its time was up (limits.max_duration)",
        _ => "nobody knows why",
    };

    /// <summary>Who asked, to be put behind a sentence.</summary>
    public static string By(Requester? by) => by is null ? "" : $" (by uid {by.Uid}, {by.Program ?? "a program"}, process {by.Pid})";

    private static string Launch(LaunchRequested e) => (e.Spec.Run ? "a container for a command was asked for" : $"a session of {e.Spec.Tool} was asked for")
        + (e.Spec.Resumed ? $", going on with {e.Spec.ForkedFrom ?? e.Spec.SessionId}" : "")
        + (e.Reuses ? "; the kept container was started again" : $", from image {e.Spec.Image}, network {Mode(e.Spec)}, {(e.Spec.Persistent ? "persistent" : "ephemeral")}");

    private static string Stop(StopRequested e) => e switch
    {
        { Cause: StopCause.TimeUp or StopCause.Deleted } => Tell(e.Cause.Value),
        { Cause: null, By: null, Force: true, TimeoutSeconds: 0, Remove: true } => "it was to go",
        _ => $"its {(e.Force ? "forced end" : $"end within {e.TimeoutSeconds} s")} was asked for" + (e.Remove ? "" : ", keeping it if it is persistent"),
    };

    private static string Mode(LaunchSpec? spec) => spec?.Policy.Mode.Word() ?? "unknown";
}
