using System.Text.Json;
using Akka.Actor.Setup;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using Coi.Daemon.Workspaces;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Microsoft.Data.Sqlite;

namespace Coi.Daemon.Journal;

/// <summary>Tells <see cref="FoldedSnapshots"/> where the journal is: a path has no place in HOCON.</summary>
/// <param name="path">The journal.</param>
internal sealed class JournalPlace(string path) : Setup
{
    /// <summary>The journal.</summary>
    public string Path => path;
}

/// <summary>
/// Snapshots that are never stored: an actor that recovers is offered what its own events add up to, read straight from the journal. So a
/// snapshot cannot be stale, damaged or of another version, and a long history costs a recovery little: Akka needs some 60 µs for an event that it
/// replays. A slot begins where it was free last; a workspace's few and small events are added up here.
/// </summary>
internal sealed class FoldedSnapshots : SnapshotStore
{
    private const string LastFree =
        "SELECT sequence_number FROM journal WHERE persistence_id = $id AND manifest = 'slot.freed.v1' ORDER BY sequence_number DESC LIMIT 1";

    private const string Events = "SELECT sequence_number, manifest, message FROM journal WHERE persistence_id = $id ORDER BY sequence_number";

    // Below this many events a replay is as quick.
    private const int Few = 20;

    private readonly string? _journal = Context.System.Settings.Setup.Get<JournalPlace>() is { HasValue: true, Value: var place } ? place.Path : null;

    /// <inheritdoc />
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        Task.Run(() => _journal is null || criteria.MaxSequenceNr < long.MaxValue ? null : Fold(_journal, persistenceId), cancellationToken);

    /// <inheritdoc />
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken) =>
        throw new NotSupportedException("snapshots follow from the journal and are not stored");

    /// <inheritdoc />
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => Task.CompletedTask;

    private static SelectedSnapshot? Fold(string journal, string persistenceId)
    {
        try
        {
            using var connection = new SqliteConnection(JournalFile.ReadOnlyConnectionString(journal));
            connection.Open();
            return persistenceId.StartsWith(WorkspacesActor.IdPrefix, StringComparison.Ordinal) ? Workspace(connection, persistenceId) : Slot(connection, persistenceId);
        }
        catch (SqliteException)
        {
            // A snapshot that fails would end the recovery; without one Akka replays everything, and says what is wrong if that fails too.
            return null;
        }
    }

    private static SelectedSnapshot? Slot(SqliteConnection connection, string id)
    {
        using var query = Ask(connection, LastFree, id);
        return query.ExecuteScalar() is long sequence and > Few ? Offer(id, sequence, SlotState.Initial) : null;
    }

    private static SelectedSnapshot? Workspace(SqliteConnection connection, string id)
    {
        using var query = Ask(connection, Events, id);
        using var rows = query.ExecuteReader();
        var (state, sequence) = (WorkspaceState.Initial, 0L);
        // What cannot be read is replayed, and said, by the actor itself.
        while (rows.Read() && TryRead((byte[])rows[2], rows.GetString(1)) is { } evt) (state, sequence) = (SlotAllocation.Apply(state, evt), rows.GetInt64(0));
        return sequence > Few ? Offer(id, sequence, state) : null;
    }

    private static IWorkspaceEvent? TryRead(byte[] message, string manifest)
    {
        try
        {
            return JournalSerializer.Read(message, manifest) as IWorkspaceEvent;
        }
        catch (Exception ex) when (ex is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static SelectedSnapshot Offer(string id, long sequence, object state) => new(new SnapshotMetadata(id, sequence, DateTime.UnixEpoch), state);

    private static SqliteCommand Ask(SqliteConnection connection, string sql, string id)
    {
        var query = connection.CreateCommand();
        query.CommandText = sql;
        query.Parameters.AddWithValue("$id", id);
        return query;
    }
}
