using System.Text.Json;
using Coi.Daemon.History;
using Coi.Daemon.Workspaces;
using Coi.Domain.History;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Microsoft.Data.Sqlite;

namespace Coi.Daemon.Journal;

/// <summary>
/// Forgets history that is older than the user wants to keep it, at the daemon's start and never in the journal itself: what is kept is
/// copied into a new file, checked, and put in the old one's place. Only whole lives are forgotten, those of slots that were free again
/// and of workspaces that had none, and records; no state depends on them.
/// </summary>
internal static class JournalRetention
{
    private const string Rows = "SELECT ordering, persistence_id, manifest, message FROM journal ORDER BY persistence_id, sequence_number";

    /// <summary>Forgets what ended before a moment.</summary>
    /// <param name="journal">The journal, which nobody has open.</param>
    /// <param name="before">The moment.</param>
    /// <returns>How many events were forgotten.</returns>
    /// <exception cref="Exception">A <see cref="SqliteException"/> or <see cref="IOException"/>: it did not work, and the journal is as it was.</exception>
    public static int Forget(string journal, DateTimeOffset before)
    {
        if (JournalStreams.WithPrefix(journal, "").Count == 0) return 0;
        var forgotten = Find(journal, before);
        SqliteConnection.ClearAllPools();
        if (forgotten.Count == 0) return 0;
        var copy = journal + ".new";
        try
        {
            Copy(journal, copy, forgotten);
            Replace(journal, copy);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            File.Delete(copy);
        }

        return forgotten.Count;
    }

    // Of each stream what lies before its last moment of rest before that time; its last event stays, since it carries the count.
    private static List<long> Find(string journal, DateTimeOffset before)
    {
        var forgotten = new List<long>();
        using var connection = Open(journal, SqliteOpenMode.ReadOnly);
        using var query = connection.CreateCommand();
        query.CommandText = Rows;
        using var rows = query.ExecuteReader();
        Stream? stream = null;
        while (rows.Read())
        {
            var id = rows.GetString(1);
            if (stream?.Id != id)
            {
                forgotten.AddRange(stream?.AtRest ?? []);
                stream = new Stream(id, before);
            }

            stream.Add(rows.GetInt64(0), rows.GetString(2), (byte[])rows[3]);
        }

        forgotten.AddRange(stream?.AtRest ?? []);
        return forgotten;
    }

    private static void Copy(string journal, string copy, List<long> forgotten)
    {
        File.Delete(copy);
        // Made before SQLite writes to it, so that nobody else can ever read it.
        using (new FileStream(copy, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
        }

        using (var from = Open(journal, SqliteOpenMode.ReadWrite))
        {
            Execute(from, "VACUUM INTO $copy", ("$copy", copy));
            // Nothing may be left in the write-ahead log: it would be read together with the new file.
            Execute(from, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        using (var to = Open(copy, SqliteOpenMode.ReadWrite))
        {
            Execute(to, JournalFile.ConnectionPragmas);
            var rows = Count(to);
            using (var transaction = to.BeginTransaction())
            {
                foreach (var ordering in forgotten) Execute(to, "DELETE FROM journal WHERE ordering = $ordering", ("$ordering", ordering), transaction);
                transaction.Commit();
            }

            Execute(to, "VACUUM");
            if (Count(to) != rows - forgotten.Count || Execute(to, "PRAGMA quick_check(1)") as string != "ok") throw new IOException("the copy of the journal is not as it should be");
        }

        using var written = File.OpenHandle(copy, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(written);
    }

    private static void Replace(string journal, string copy)
    {
        SqliteConnection.ClearAllPools();
        if (new FileInfo(journal + "-wal") is { Exists: true, Length: > 0 }) throw new IOException("the journal is in use");
        File.Delete(journal + "-wal");
        File.Delete(journal + "-shm");
        File.Move(copy, journal, overwrite: true);
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(JournalFile.ConnectionString(path)) { Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static long Count(SqliteConnection connection) => (long)(Execute(connection, "SELECT count(*) FROM journal") ?? 0L);

    private static object? Execute(SqliteConnection connection, string sql, (string Name, object Value)? parameter = null, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        if (parameter is var (name, value)) command.Parameters.AddWithValue(name, value);
        return command.ExecuteScalar();
    }

    // One stream, read from its beginning.
    private sealed class Stream(string id, DateTimeOffset before)
    {
        private readonly List<long> _sinceRest = [];
        private readonly List<long> _atRest = [];
        private SlotState _slot = SlotState.Initial;
        private WorkspaceState _workspace = WorkspaceState.Initial;
        private bool _ends = !id.StartsWith("slot-", StringComparison.Ordinal) && !id.StartsWith(WorkspacesActor.IdPrefix, StringComparison.Ordinal) && id != RecordsActor.Id;

        public string Id => id;

        // Without the stream's last event.
        public IEnumerable<long> AtRest => _sinceRest.Count > 0 ? _atRest : _atRest.SkipLast(1);

        public void Add(long ordering, string manifest, byte[] message)
        {
            _sinceRest.Add(ordering);
            if (_ends) return;
            // What cannot be read, and what is younger, ends what may be forgotten.
            if (!TryApply(manifest, message, out var at) || at >= before)
            {
                _ends = true;
                return;
            }

            if (_slot.IsTaken || !_workspace.Slots.IsEmpty) return;
            _atRest.AddRange(_sinceRest);
            _sinceRest.Clear();
        }

        private bool TryApply(string manifest, byte[] message, out DateTimeOffset at)
        {
            at = default;
            try
            {
                var evt = JournalSerializer.Read(message, manifest);
                if (evt is ISlotEvent slot) _slot = SlotLifecycle.Apply(_slot, slot);
                else if (evt is IWorkspaceEvent workspace) _workspace = SlotAllocation.Apply(_workspace, workspace);
                else if (evt is not IRecord) return false;
                at = ((IJournaled)evt).At;
                return true;
            }
            catch (Exception ex) when (ex is JsonException or ArgumentException)
            {
                return false;
            }
        }
    }
}
