using Akka;
using Akka.Actor;
using Akka.Hosting;
using Coi.Daemon.Journal;
using Coi.Daemon.Tests.Actors;
using Coi.Domain.Workspaces;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Coi.Daemon.Tests.Journal;

/// <summary>The list of streams, asked of a journal that Akka itself has written.</summary>
public sealed class JournalStreamsSpecs : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coi-streams-");

    private string Journal => Path.Combine(_directory.FullName, "journal.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_new_journal_has_none()
    {
        Assert.Null(JournalFile.Prepare(Journal));
        Assert.Empty(JournalStreams.WithPrefix(Journal, "workspace-"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_Akka_wrote_is_found_once_by_its_prefix()
    {
        Assert.Null(JournalFile.Prepare(Journal));
        await WriteAsync("workspace-aaaaaaaa", "workspace-bbbbbbbb", "slot-aaaaaaaa-1");

        Assert.Equal(["workspace-aaaaaaaa", "workspace-bbbbbbbb"], JournalStreams.WithPrefix(Journal, "workspace-"));
        Assert.Equal(["slot-aaaaaaaa-1"], JournalStreams.WithPrefix(Journal, "slot-"));
    }

    private async Task WriteAsync(params string[] ids)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("streams", (akka, _) => akka.WithJournal(Journal));
        using var host = builder.Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        foreach (var id in ids)
        {
            var written = new TaskCompletionSource();
            var ear = system.ActorOf(Props.Create(() => new Ear(written)));
            system.ActorOf(Props.Create(() => new JournalWriter(id, new List<object> { Event, Event }, ear)));
            await written.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await host.StopAsync();
    }

    private static IWorkspaceEvent Event => new SlotReserved(1, "s1", "coi-aaaaaaaa-1", DateTimeOffset.UnixEpoch);

    private sealed class Ear : ReceiveActor
    {
        public Ear(TaskCompletionSource written) => Receive<Done>(_ => written.SetResult());
    }
}
