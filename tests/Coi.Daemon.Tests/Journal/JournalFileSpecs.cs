using Coi.Daemon.Journal;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Coi.Daemon.Tests.Journal;

public sealed class JournalFileSpecs : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coi-journal-");

    private string Journal => Path.Combine(_directory.FullName, "journal.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_new_journal_is_for_its_owner_only_and_survives_a_power_cut()
    {
        Assert.Null(JournalFile.Prepare(Journal));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Journal));
        Assert.Equal("wal", Ask("PRAGMA journal_mode"));
        Assert.Contains("synchronous = FULL", JournalFile.ConnectionPragmas);
    }

    [Fact]
    public void A_journal_that_others_could_read_is_closed_to_them()
    {
        Assert.Null(JournalFile.Prepare(Journal));
        File.SetUnixFileMode(Journal, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Assert.Null(JournalFile.Prepare(Journal));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Journal));
    }

    [Fact]
    public void A_file_that_is_not_a_database_is_refused_with_what_to_do()
    {
        File.WriteAllText(Journal, "this is not a database, and it is longer than the hundred bytes of a header, so that nobody takes it for an empty one");
        var failure = JournalFile.Prepare(Journal);
        Assert.Equal("journal.damaged", failure?.Code);
        Assert.Contains($"mv {Journal}", failure?.Hint);
        Assert.StartsWith("this is not", File.ReadAllText(Journal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_database_is_refused()
    {
        Assert.Null(JournalFile.Prepare(Journal));
        Ask("CREATE TABLE t (x); INSERT INTO t VALUES (randomblob(60000)); PRAGMA wal_checkpoint(TRUNCATE)");
        SqliteConnection.ClearAllPools();
        using (var file = File.OpenWrite(Journal))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, 4096).ToArray());
        }

        Assert.Equal("journal.damaged", JournalFile.Prepare(Journal)?.Code);
    }

    // Directories in which nobody, not even root, can make a file.
    [Theory]
    [InlineData("/proc/coi/journal.db")]
    [InlineData("/sys/journal.db")]
    public void A_place_where_nothing_can_be_written_is_refused_with_what_to_check(string path)
    {
        var failure = JournalFile.Prepare(path);
        Assert.Equal("journal.unusable", failure?.Code);
        Assert.Contains(path, failure?.Message);
    }

    [Fact]
    public void A_directory_in_its_place_is_refused()
    {
        Directory.CreateDirectory(Journal);
        Assert.Equal("journal.unusable", JournalFile.Prepare(Journal)?.Code);
    }

    private object? Ask(string sql)
    {
        using var connection = new SqliteConnection(JournalFile.ConnectionString(Journal));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
