using Coi.Contracts;
using Coi.Daemon.Api;
using Coi.Daemon.Feed;
using Coi.Daemon.Journal;
using Coi.Domain.History;
using Coi.Domain.Network;
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
        Network = step.Spec?.Policy.Mode.Word(),
        Persistent = step.Spec?.Persistent,
        Phase = step.After.Phase.ToString().ToLowerInvariant(),
        Cause = step.Event is ContainerStopped stopped ? stopped.Cause.Word() : null,
        Problem = ProblemOf(step.Event),
        By = Requester(step.Event)?.ToHistory(),
    };

    /// <summary>Something that was written down for the history alone.</summary>
    public static HistoryEvent ToHistory(this IRecord record)
    {
        var told = new HistoryEvent { At = record.At, Event = record.Event, Text = record.Text + SlotNarration.By(record.By), By = record.By?.ToHistory() };
        return record switch
        {
            BuildRecorded build => told with { Image = build.Alias, Problem = build.Failure?.ToProblem() },
            ContainerRecorded container => told with { Container = container.Container, Image = container.Image, Network = container.Network },
            _ => throw new InvalidOperationException($"{record.GetType().Name} is not handled by {nameof(ToHistory)}"),
        };
    }

    /// <summary>A step of a build.</summary>
    public static HistoryEvent ToHistory(this FeedProtocol.BuildStep step, DateTimeOffset at) =>
        new() { At = at, Event = "build_step", Text = step.Text, Image = step.Alias };

    private static HistoryRequester ToHistory(this Requester by) => new(by.Uid, by.Pid, by.Program);

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
