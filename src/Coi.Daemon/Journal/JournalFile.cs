using Microsoft.Data.Sqlite;

namespace Coi.Daemon.Journal;

/// <summary>
/// The journal's database file. It is checked before Akka starts: a journal that cannot initialise would retry for ever
/// (https://github.com/akkadotnet/akka.net/issues/7582).
/// </summary>
internal static class JournalFile
{
    /// <summary>Connection string of the journal; 30 s is the longest wait for a busy file.</summary>
    public static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30, Pooling = true }.ToString();

    /// <summary>Makes the journal ready for use: readable by its owner only, WAL, not damaged. Null when it is.</summary>
    public static Failure? Prepare(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                using var created = new FileStream(path, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                });
            }

            // Also one that was put there by hand, from a backup for instance; SQLite gives its side files the same mode.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using var connection = new SqliteConnection(ConnectionString(path));
            connection.Open();
            Execute(connection, "PRAGMA journal_mode = WAL");
            var verdict = Execute(connection, "PRAGMA quick_check(1)") as string;
            return verdict == "ok" ? null : Damaged(path, verdict ?? "no answer");
        }
        catch (SqliteException ex) when (ex.SqliteErrorCode is 11 or 26)
        {
            return Damaged(path, ex.Message);
        }
        catch (Exception ex) when (ex is SqliteException or IOException or UnauthorizedAccessException)
        {
            return new Failure("journal.unusable", $"the journal {path} cannot be opened: {ex.Message}", "Check the directory's owner, mode and free space");
        }
    }

    // Sets what belongs to a connection, not to the file.
    internal const string ConnectionPragmas = "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000; PRAGMA temp_store = MEMORY;";

    private static Failure Damaged(string path, string why) =>
        new("journal.damaged", $"the journal {path} is not a usable database: {why}", $"Move it away with `mv {path} {path}.damaged`; running containers are found again from Incus");

    private static object? Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
