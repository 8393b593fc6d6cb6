using Akka;
using Akka.Actor;
using Akka.Hosting;
using Coi.Daemon.Hosting;
using Coi.Daemon.Journal;
using Coi.Daemon.Tests.Actors;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Coi.Daemon.Tests.Journal;

/// <summary>A journal file that Akka itself has written.</summary>
internal sealed class WrittenJournal : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coi-written-");

    public WrittenJournal()
    {
        Home = new DaemonHome(_directory.FullName, System.IO.Path.Combine(_directory.FullName, "socket"));
        Assert.Null(JournalFile.Prepare(Path));
    }

    public DaemonHome Home { get; }

    public string Path => Home.Journal;

    /// <summary>Writes streams one after the other.</summary>
    public async Task WriteAsync(params (string Id, IReadOnlyList<object> Events)[] streams)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("writing", (akka, _) => akka.WithJournal(Path));
        using var host = builder.Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        foreach (var (id, events) in streams)
        {
            var written = new TaskCompletionSource();
            var ear = system.ActorOf(Props.Create(() => new Ear(written)));
            system.ActorOf(Props.Create(() => new JournalWriter(id, events, ear)));
            await written.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await host.StopAsync();
    }

    /// <summary>Does something to the file with SQL.</summary>
    public object? Ask(string sql)
    {
        using var connection = new SqliteConnection(JournalFile.ConnectionString(Path));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }

    private sealed class Ear : ReceiveActor
    {
        public Ear(TaskCompletionSource written) => Receive<Done>(_ => written.SetResult());
    }
}
