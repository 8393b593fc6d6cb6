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

    /// <summary>Connection string of who only reads.</summary>
    public static string ReadOnlyConnectionString(string path) =>
        new SqliteConnectionStringBuilder(ConnectionString(path)) { Mode = SqliteOpenMode.ReadOnly }.ToString();

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
            if (verdict != "ok") return Damaged(path, verdict ?? "no answer");
            // A database, but perhaps not ours: without these columns nothing could be read or written.
            if (Execute(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'journal'") is not 0L) Execute(connection, Columns);
            return null;
        }
        catch (SqliteException ex) when (ex.SqliteErrorCode is Corrupt or NotADatabase or SqlError)
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

    /// <summary>Code of the failure that the file is there and cannot be used as a journal.</summary>
    public const string DamagedCode = "journal.damaged";

    // https://www.sqlite.org/rescode.html
    private const int SqlError = 1;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const string Columns = "SELECT ordering, persistence_id, sequence_number, manifest, message FROM journal LIMIT 1";

    private static Failure Damaged(string path, string why) =>
        new(DamagedCode, $"the journal {path} is not a usable database: {why.TrimEnd('.')}", $"Move it away with `mv {path} {path}.damaged`; running containers are found again from Incus");

    private static object? Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
