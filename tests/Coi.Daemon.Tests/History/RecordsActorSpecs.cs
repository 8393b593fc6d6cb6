using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Feed;
using Coi.Daemon.History;
using Coi.Daemon.Index;
using Coi.Daemon.Journal;
using Coi.Daemon.Tests.Journal;
using Coi.Domain.History;
using Coi.Domain.Slots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Coi.Daemon.Tests.History;

public sealed class RecordsActorSpecs : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly WrittenJournal _journal = new();
    private readonly FeedReader _reader = new();

    public void Dispose() => _journal.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task What_is_told_to_who_follows_is_written_down_but_for_the_steps_of_a_build()
    {
        await LifeAsync(
            3,
            new FeedProtocol.Built("coi", BuildRecorded.Started, "the build of image coi began", By: new Requester(0, 7)),
            new FeedProtocol.BuildStep("coi", "Publishing the image"),
            new FeedProtocol.Built("coi", BuildRecorded.Failed, "the build of image coi failed: no space", new Problem("build.failed", "no space", "make some")),
            new FeedProtocol.Changed("box", "container_stopped", "it was stopped"));

        Assert.Equal([typeof(BuildRecorded), typeof(FeedProtocol.BuildStep), typeof(BuildRecorded), typeof(ContainerRecorded)], (await HeardAsync(4)).Select(what => what.GetType()));
        var told = Told();
        Assert.Equal(["build_started", "build_failed", "container_stopped"], told.Select(e => e.Event));
        Assert.Equal((7, "make some"), (told[0].By?.Pid, told[1].Problem?.Hint));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_build_of_a_daemon_that_was_killed_is_told_to_have_broken_off_once()
    {
        await LifeAsync(3, new FeedProtocol.Built("coi", BuildRecorded.Started, "began"), new FeedProtocol.Built("web", BuildRecorded.Started, "began"), new FeedProtocol.Built("web", BuildRecorded.Done, "done"));
        await LifeAsync(4);
        await LifeAsync(4);

        Assert.Equal("the build of image coi broke off: the daemon had ended", Assert.Single(Told(), e => e.Event == BuildRecorded.Failed).Text);
    }

    private List<HistoryEvent> Told() => [.. new JournalHistory(_journal.Home).All(CancellationToken.None)];

    // A daemon's life, in which these things happen; it ends when so much is written.
    private async Task LifeAsync(int written, params IReadOnlyList<object> happened)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("records", (akka, _) => akka.WithJournal(_journal.Path));
        using var host = builder.Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var feed = system.ActorOf(Props.Create(() => new FeedActor()));
        feed.Tell(new FeedProtocol.Join(_reader, new IndexProtocol.Containers([])));
        var records = system.ActorOf(RecordsActor.Props(feed, new JournalHistory(_journal.Home), TimeProvider.System));
        foreach (var what in happened) records.Tell(what);
        using var deadline = new CancellationTokenSource(Patience);
        while (Told().Count < written) await Task.Delay(20, deadline.Token);
        await host.StopAsync();
    }

    private async Task<List<object>> HeardAsync(int count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var heard = new List<object>();
        await foreach (var what in _reader.ReadAsync(deadline.Token))
        {
            if (what is not IndexProtocol.Containers) heard.Add(what);
            if (heard.Count == count) break;
        }

        return heard;
    }
}
