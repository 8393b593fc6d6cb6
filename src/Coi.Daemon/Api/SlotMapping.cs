using Coi.Contracts;
using Coi.Daemon.Index;
using Coi.Daemon.Slots;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary>Slots in the words of the wire.</summary>
internal static class SlotMapping
{
    /// <summary>A line of <c>coi list</c>.</summary>
    public static ContainerSummary? ToSummary(this SlotState state, Failure? failure) => state.Spec is not { } spec ? null : new ContainerSummary
    {
        Name = spec.Container,
        Status = state.Phase switch
        {
            _ when state.HasRunningContainer() => "Running",
            SlotPhase.Preparing or SlotPhase.Starting => "Starting",
            SlotPhase.Stopping => "Stopping",
            _ => "Stopped",
        },
        Phase = failure?.Code == SlotProtocol.FailedCode ? "failed" : state.Phase.ToString().ToLowerInvariant(),
        Persistent = spec.Persistent,
        Slot = spec.Slot,
        Workspace = spec.Workspace,
        SessionId = spec.SessionId,
        Tool = spec.Tool,
        Image = spec.Image,
        Ipv4 = state.HasRunningContainer() ? state.Network?.Address ?? "" : "",
        Network = spec.Policy.Mode.Word(),
        CreatedAt = state.CreatedAt,
        Failure = failure?.Message,
        EndsAt = state.EndsAt,
        StopCause = state.Cause?.Word(),
    };

    /// <summary>What there is, as lines of <c>coi list</c>.</summary>
    public static IReadOnlyList<ContainerSummary> ToSummaries(this IndexProtocol.Containers containers) =>
        [.. containers.Entries.Select(e => e.State.ToSummary(e.Failure ?? e.State.Failure)).OfType<ContainerSummary>()];

    /// <summary>A cause in the words of the wire; null when nobody knows it.</summary>
    public static string? Word(this StopCause cause) => cause switch
    {
        StopCause.FromInside => "from_inside",
        StopCause.Requested => "requested",
        StopCause.WhileAway => "while_away",
        StopCause.Deleted => "deleted",
        StopCause.TimeUp => "time_up",
        _ => null,
    };

    /// <summary>Whether commands can be run in the slot's container.</summary>
    public static bool HasRunningContainer(this SlotState state) => state.Phase == SlotPhase.Running || state is { Phase: SlotPhase.Kept, RunsUnasked: true };

    /// <summary>How to reach its terminal.</summary>
    public static AttachTarget ToAttachTarget(this LaunchSpec spec, bool running, IncusClient incus) => new()
    {
        Container = spec.Container,
        Slot = spec.Slot,
        SessionId = spec.SessionId,
        Project = incus.Project,
        IncusSocket = incus.SocketPath,
        TmuxSession = SlotNames.TmuxSession(spec.Container),
        Uid = spec.Uid,
        Gid = spec.Gid,
        Cwd = "/workspace",
        Environment = SessionScript.BaseEnvironment(),
        Running = running,
    };

    /// <summary>The answer to a started session; a command that the caller is about to run gets its environment with it, a tool has it already.</summary>
    public static StartedSession ToStarted(this SlotState state, LaunchSpec spec, IReadOnlyList<string> notices, IReadOnlyDictionary<string, string> environment, IncusClient incus) => new()
    {
        SessionId = spec.SessionId,
        Container = spec.Container,
        Slot = spec.Slot,
        Workspace = spec.Workspace,
        Tool = spec.Tool,
        Persistent = spec.Persistent,
        Resumed = spec.Resumed,
        Image = spec.Image,
        Network = spec.Policy.Mode.Word(),
        Notices = notices,
        Attach = spec.ToAttachTarget(state.HasRunningContainer(), incus) is var target && spec.Run ? target with { Environment = environment } : target,
    };
}
