using Coi.Contracts;
using Coi.Daemon.Api;
using Coi.Daemon.Feed;
using Coi.Daemon.Journal;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.History;

/// <summary>What happened in the words of the wire.</summary>
internal static class HistoryMapping
{
    /// <summary>A step of a slot.</summary>
    public static HistoryEvent ToHistory(this SlotStep step) => new()
    {
        At = step.Event.At,
        Event = JournalSerializer.NameOf(step.Event),
        Text = SlotNarration.Tell(step),
        Container = step.Spec?.Container,
        Slot = step.Spec?.Slot,
        Workspace = step.Spec?.Workspace,
        SessionId = step.Spec?.SessionId,
        Tool = step.Spec?.Tool,
        Image = step.Spec?.Image,
        Network = step.Spec?.Policy.Mode.ToString().ToLowerInvariant(),
        Persistent = step.Spec?.Persistent,
        Phase = step.After.Phase.ToString().ToLowerInvariant(),
        Cause = step.Event is ContainerStopped stopped ? stopped.Cause.Word() : null,
        Problem = ProblemOf(step.Event),
        By = Requester(step.Event) is { } by ? new HistoryRequester(by.Uid, by.Pid, by.Program) : null,
    };

    /// <summary>A moment of a build.</summary>
    public static HistoryEvent ToHistory(this FeedProtocol.Built built, DateTimeOffset at) =>
        new() { At = at, Event = built.Event, Text = built.Text, Image = built.Alias, Problem = built.Problem };

    private static Problem? ProblemOf(IJournaled evt) => evt switch
    {
        LaunchFailed e => e.Failure.ToProblem(),
        SlotFailed e => e.Failure.ToProblem(),
        _ => null,
    };

    private static Requester? Requester(IJournaled evt) => evt switch
    {
        LaunchRequested e => e.By,
        StopRequested e => e.By,
        ContainerPersisted e => e.By,
        PolicyChanged e => e.By,
        SlotRecovered e => e.By,
        _ => null,
    };
}
