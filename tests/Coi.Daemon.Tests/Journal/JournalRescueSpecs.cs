using Coi.Daemon.Hosting;
using Coi.Daemon.Journal;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Coi.Daemon.Tests.Journal;

public sealed class JournalRescueSpecs : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 2, 1, 10, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coi-rescue-");

    private DaemonHome Home => new(_directory.FullName, Path.Combine(_directory.FullName, "socket"));

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_sound_journal_is_used_as_it_is()
    {
        Assert.Null(JournalRescue.Prepare(Home, Now, out var notice));
        Assert.Null(notice);
        Assert.Null(new JournalNotices(Home).Take());
    }

    [Theory]
    [InlineData("this is not a database, and it is longer than the hundred bytes of a header, so that nobody takes it for an empty one")]
    [InlineData("SQLite format 3\0 and then nothing that would make sense, over more than a hundred bytes of a header, to nobody at all")]
    public void A_damaged_journal_is_set_aside_byte_for_byte_and_a_new_one_begun(string garbage)
    {
        File.WriteAllText(Home.Journal, garbage);

        Assert.Null(JournalRescue.Prepare(Home, Now, out var notice));

        var aside = Assert.Single(JournalRescue.SetAside(Home.Journal));
        Assert.Equal(Home.Journal + ".damaged-20260201-100000", aside);
        Assert.Equal(garbage, File.ReadAllText(aside));
        Assert.False(File.Exists(Home.Journal + "-wal") && new FileInfo(Home.Journal + "-wal").Length > 0);
        Assert.Contains(aside, notice, StringComparison.Ordinal);
        Assert.Null(JournalFile.Prepare(Home.Journal));
    }

    [Fact]
    public void A_database_of_something_else_is_set_aside_too_and_no_earlier_one_is_overwritten()
    {
        for (var round = 0; round < 2; round++)
        {
            using (var connection = new SqliteConnection($"Data Source={Home.Journal};Pooling=false"))
            {
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = "CREATE TABLE journal (words TEXT)";
                command.ExecuteNonQuery();
            }

            Assert.Null(JournalRescue.Prepare(Home, Now, out _));
            File.Delete(Home.Journal);
            SqliteConnection.ClearAllPools();
        }

        Assert.Equal(2, JournalRescue.SetAside(Home.Journal).Count);
    }

    [Fact]
    public void It_is_said_once_also_when_the_daemon_ends_before_anybody_hears_it()
    {
        File.WriteAllText(Home.Journal, new string('x', 200));
        Assert.Null(JournalRescue.Prepare(Home, Now, out var notice));

        Assert.Equal(notice, new JournalNotices(Home).Take());
        Assert.Null(new JournalNotices(Home).Take());
    }

    [Fact]
    public void A_journal_that_can_be_written_passes_the_probe_and_one_that_is_gone_or_full_does_not()
    {
        Assert.Null(JournalRescue.Prepare(Home, Now, out _));
        Assert.Null(new JournalHealth(Home).Probe());

        SqliteConnection.ClearAllPools();
        File.Delete(Home.Journal);
        Assert.Equal("journal.failed", new JournalHealth(Home).Probe()?.Code);
    }
}
