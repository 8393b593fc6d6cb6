using Microsoft.Data.Sqlite;

namespace Coi.Daemon.Journal;

/// <summary>
/// The streams that the journal holds, read before Akka starts. Akka's read journal would tell them too, but it sets up a second
/// pipeline of streams for one question, and gives up when that takes longer than 5 s (seen on a busy machine), which nobody survives.
/// </summary>
internal static class JournalStreams
{
    // Table and column of Akka.Persistence.Sql's default mapping: hocon/journal.conf keeps to it.
    private const string Query = "SELECT DISTINCT persistence_id FROM journal WHERE substr(persistence_id, 1, $length) = $prefix ORDER BY 1";
    private const string TableExists = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'journal'";

    /// <summary>Ids of the streams that begin so; none when the journal is new.</summary>
    /// <param name="path">The journal's file, which <see cref="JournalFile.Prepare"/> found usable.</param>
    /// <param name="prefix">What the ids begin with.</param>
    public static IReadOnlyList<string> WithPrefix(string path, string prefix)
    {
        using var connection = new SqliteConnection(JournalFile.ConnectionString(path));
        connection.Open();
        using var exists = connection.CreateCommand();
        exists.CommandText = TableExists;
        if (exists.ExecuteScalar() is 0L) return [];
        using var query = connection.CreateCommand();
        query.CommandText = Query;
        query.Parameters.AddWithValue("$prefix", prefix);
        query.Parameters.AddWithValue("$length", prefix.Length);
        using var rows = query.ExecuteReader();
        var ids = new List<string>();
        while (rows.Read()) ids.Add(rows.GetString(0));
        return ids;
    }
}
