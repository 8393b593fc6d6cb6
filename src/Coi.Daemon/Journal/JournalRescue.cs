using System.Globalization;
using Coi.Daemon.Hosting;
using Microsoft.Data.Sqlite;

namespace Coi.Daemon.Journal;

/// <summary>
/// A journal that cannot be read is set aside, never deleted, and a new one begun: containers are known again from their <c>user.coi.*</c>
/// keys, sessions from their directories. Runs before Akka does, under the daemon's lock.
/// </summary>
internal static class JournalRescue
{
    private const string Mark = ".damaged-";

    /// <summary>Makes the journal ready; one that is damaged is set aside first.</summary>
    /// <param name="home">Whose journal.</param>
    /// <param name="now">The time, for the name.</param>
    /// <param name="notice">What people must be told about it; null when there was nothing to rescue.</param>
    /// <returns>Why there is no usable journal; null when there is.</returns>
    public static Failure? Prepare(DaemonHome home, DateTimeOffset now, out string? notice)
    {
        notice = null;
        if (JournalFile.Prepare(home.Journal) is not { } failure) return null;
        if (failure.Code != JournalFile.DamagedCode) return failure;
        // Connections of the check are pooled, and would go on with the file under its new name.
        SqliteConnection.ClearAllPools();
        try
        {
            var aside = SetAside(home.Journal, now);
            if (JournalFile.Prepare(home.Journal) is { } still) return still;
            notice = $"{failure.Message}. It was set aside as {aside}, and a new one was begun: containers are found again in Incus, sessions in their directories, "
                + "but history begins anew";
            new JournalNotices(home).Put(notice);
            return null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return failure with { Message = $"{failure.Message}, and cannot be set aside: {ex.Message}" };
        }
    }

    /// <summary>Journals that were set aside, by name; they stay until somebody removes them.</summary>
    public static IReadOnlyList<string> SetAside(string journal) => Path.GetDirectoryName(journal) is { } directory && Directory.Exists(directory)
        ? [.. Directory.GetFiles(directory, Path.GetFileName(journal) + Mark + "*").Where(file => !IsSideFile(file)).Order(StringComparer.Ordinal)]
        : [];

    private static string SetAside(string journal, DateTimeOffset now)
    {
        var name = journal + Mark + now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var aside = name;
        for (var n = 2; File.Exists(aside); n++) aside = $"{name}-{n}";
        // The side files first: a new journal must never be read together with the write-ahead log of another.
        foreach (var side in new[] { "-wal", "-shm" })
        {
            if (File.Exists(journal + side)) File.Move(journal + side, aside + side);
        }

        File.Move(journal, aside);
        return aside;
    }

    private static bool IsSideFile(string file) => file.EndsWith("-wal", StringComparison.Ordinal) || file.EndsWith("-shm", StringComparison.Ordinal);
}
