using Coi.Daemon.Hosting;
using Microsoft.Data.Sqlite;

namespace Coi.Daemon.Journal;

/// <summary>Whether the journal can be written now. What is deleted without an event of its own asks first: history must be able to tell.</summary>
internal sealed class JournalHealth(DaemonHome home)
{
    // A row of its own in a table of its own: a write that is taken back would not reach the disk.
    private const string Write =
        "CREATE TABLE IF NOT EXISTS coi_probe (id INTEGER PRIMARY KEY, at TEXT); INSERT OR REPLACE INTO coi_probe VALUES (1, datetime('now'))";

    /// <summary>Why it cannot be written; null when it can.</summary>
    public Failure? Probe()
    {
        try
        {
            // Not pooled, and opened by name: a journal that was removed or replaced under the daemon shows.
            var options = new SqliteConnectionStringBuilder(JournalFile.ConnectionString(home.Journal)) { Pooling = false, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 5 };
            using var connection = new SqliteConnection(options.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = Write;
            command.ExecuteNonQuery();
            return null;
        }
        catch (Exception ex) when (ex is SqliteException or IOException or UnauthorizedAccessException)
        {
            return Failed(ex);
        }
    }

    /// <summary>The failure of a write.</summary>
    public static Failure Failed(Exception cause) =>
        new("journal.failed", $"the journal cannot be written: {cause.Message}", "Check free space and the mode of the journal's directory, then try again");
}
