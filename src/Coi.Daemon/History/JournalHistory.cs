using System.Text.Json;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Journal;
using Coi.Daemon.Workspaces;
using Coi.Domain.History;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Microsoft.Data.Sqlite;

namespace Coi.Daemon.History;

/// <summary>
/// What the journal tells about the past, read beside the actors over a connection of its own that cannot write (docs/decisions/0018).
/// An event that this version cannot read is passed over here: history is what is left, and must not be lost for one line.
/// </summary>
internal sealed class JournalHistory(DaemonHome home)
{
    private const string SlotPrefix = "slot-";

    // Table and columns of Akka.Persistence.Sql's default mapping, as in JournalStreams.
    private const string Query =
        """
        SELECT persistence_id, manifest, message FROM journal
        WHERE substr(persistence_id, 1, 5) = 'slot-' OR persistence_id = 'records' OR manifest IN ('workspace.slot-failed.v1', 'workspace.slot-recovered.v1')
        ORDER BY ordering
        """;

    private const string Builds =
        "SELECT persistence_id, manifest, message FROM journal WHERE persistence_id = 'records' AND manifest = 'record.build.v1' ORDER BY ordering";

    /// <summary>Everything that happened, the oldest first.</summary>
    public IEnumerable<HistoryEvent> All(CancellationToken cancellationToken) =>
        Told(cancellationToken).Select(what => what switch
        {
            SlotStep step => step.ToHistory(),
            IRecord record => record.ToHistory(),
            _ => throw new InvalidOperationException($"{what.GetType().Name} is not handled by {nameof(All)}"),
        });

    /// <summary>Every step of every slot, the oldest first.</summary>
    public IEnumerable<SlotStep> Steps(CancellationToken cancellationToken) => Told(cancellationToken).OfType<SlotStep>();

    /// <summary>Aliases whose last build began and has no end.</summary>
    public IReadOnlyList<string> OpenBuilds()
    {
        var last = new Dictionary<string, BuildRecorded>();
        foreach (var build in Read(Builds, CancellationToken.None).Select(read => read.Event).OfType<BuildRecorded>()) last[build.Alias] = build;
        return [.. last.Values.Where(build => build.Event == BuildRecorded.Started).Select(build => build.Alias)];
    }

    private IEnumerable<object> Told(CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, SlotState>();
        foreach (var (slot, evt) in Events(cancellationToken))
        {
            if (evt is IRecord)
            {
                yield return evt;
                continue;
            }

            var before = states.GetValueOrDefault(slot, SlotState.Initial);
            var step = evt is ISlotEvent own ? SlotStep.From(before, own) : SlotStep.About(before, evt);
            states[slot] = step.After;
            // The end of a life whose beginning was forgotten (history.retention) says nothing to anybody.
            if (step.Spec is not null) yield return step;
        }
    }

    /// <summary>The slots that were taken at a moment, as they were.</summary>
    public IReadOnlyList<SlotState> At(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, SlotState>();
        foreach (var (slot, evt) in Events(cancellationToken))
        {
            if (evt is ISlotEvent own && own.At <= moment) states[slot] = SlotLifecycle.Apply(states.GetValueOrDefault(slot, SlotState.Initial), own);
        }

        return [.. states.Values.Where(state => state.IsTaken).OrderBy(state => state.Spec?.Container, StringComparer.Ordinal)];
    }

    private IEnumerable<(string Slot, IJournaled Event)> Events(CancellationToken cancellationToken) =>
        Read(Query, cancellationToken).Select(read => (SlotOf(read.Stream, read.Event), read.Event));

    private IEnumerable<(string Stream, IJournaled Event)> Read(string sql, CancellationToken cancellationToken)
    {
        if (JournalStreams.WithPrefix(home.Journal, "").Count == 0) yield break;
        using var connection = new SqliteConnection(JournalFile.ReadOnlyConnectionString(home.Journal));
        connection.Open();
        using var query = connection.CreateCommand();
        query.CommandText = sql;
        using var rows = query.ExecuteReader();
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead((byte[])rows[2], rows.GetString(1)) is { } evt) yield return (rows.GetString(0), evt);
        }
    }

    private static string SlotOf(string stream, IJournaled evt) => evt switch
    {
        SlotFailed e => Slot(stream, e.Slot),
        SlotRecovered e => Slot(stream, e.Slot),
        _ => stream,
    };

    private static string Slot(string workspace, int slot) => $"{SlotPrefix}{workspace[WorkspacesActor.IdPrefix.Length..]}-{slot}";

    private static IJournaled? TryRead(byte[] message, string manifest)
    {
        try
        {
            return JournalSerializer.Read(message, manifest) as IJournaled;
        }
        catch (Exception ex) when (ex is JsonException or ArgumentException)
        {
            return null;
        }
    }
}
