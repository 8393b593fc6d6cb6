using System.Data.Common;
using Akka.Hosting;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using Coi.Daemon.Hosting;
using Coi.Domain.Slots;
using LinqToDB;

namespace Coi.Daemon.Journal;

/// <summary>Wires the event journal into the actor system.</summary>
internal static class JournalHosting
{
    /// <summary>Akka.Persistence.Sql on SQLite with our serializer for every <see cref="IJournaled"/>.</summary>
    public static AkkaConfigurationBuilder WithJournal(this AkkaConfigurationBuilder builder, string path)
    {
        // Connection string and pragmas are handed over in code: `synchronous` has no key in a connection string, and paths stay out of HOCON.
        builder.AddSetup(new DataOptionsSetup(new DataOptions()
            .UseConnectionString(ProviderName.SQLiteMS, JournalFile.ConnectionString(path))
            .UseAfterConnectionOpened(SetPragmas, SetPragmasAsync)));
        builder.AddSetup(new JournalPlace(path));
        builder.AddHocon(HoconFiles.Read("journal.conf"), HoconAddMode.Prepend);
        builder.AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append);
        return builder.WithCustomSerializer("coi-journal", [typeof(IJournaled)], system => new JournalSerializer(system));
    }

    private static void SetPragmas(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = JournalFile.ConnectionPragmas;
        command.ExecuteNonQuery();
    }

    private static async Task SetPragmasAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = JournalFile.ConnectionPragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
