using System.Diagnostics;
using Akka.Actor;
using Akka.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Journal;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Slots;
using Coi.Daemon.Workspaces;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;
using Xunit.Abstractions;

namespace Coi.Daemon.Tests.Journal;

/// <summary>How long the daemon needs for a journal of 100,000 events: until every slot is back and questions are answered.</summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class RecoverySpecs(ITestOutputHelper output) : IDisposable
{
    private const int Events = 100_000;

    // Three seconds are promised of a machine that has a processor to spare (docs/reliability.md); the tests' may not.
    private static readonly TimeSpan Processor = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly WrittenJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Theory(Timeout = 120_000)]
    [InlineData(1)]
    [InlineData(200)]
    public async Task A_hundred_thousand_events_are_back_in_time(int workspaces)
    {
        await FillAsync(workspaces);
        var (clock, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("recovering", (akka, _) => akka.WithJournal(_journal.Path));
        using var host = builder.Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var known = JournalStreams.WithPrefix(_journal.Path, WorkspacesActor.IdPrefix);
        var index = system.ActorOf(Props.Create(() => new IndexActor(ActorRefs.Nobody)));
        var gateway = system.ActorOf(Props.Create(() => new IncusGatewayActor(12)));
        var with = new SlotDependencies(gateway, index, new FakeSlotEffects(), IncusFailures.Explain, TimeProvider.System, new NoAllowlists());
        system.ActorOf(Props.Create(() => new WorkspacesActor(with, known, ActorRefs.Nobody)));
        var containers = await index.Ask<IndexProtocol.Containers>(IndexProtocol.ListContainers.Instance, Patience);

        var (time, processor) = (clock.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - before);
        output.WriteLine($"{Events} events in {workspaces} workspaces: {time.TotalSeconds:0.00} s, {processor.TotalSeconds:0.00} s of a processor, {containers.Entries.Count} containers");
        Assert.Equal(workspaces, containers.Entries.Count);
        Assert.True(processor < Processor, $"{processor} of a processor");
        await host.StopAsync();
    }

    // Lives of the first slot of each workspace, all over but the last: ten events each, as a session that was ended by hand writes them.
    private async Task FillAsync(int workspaces)
    {
        var at = new DateTimeOffset(2026, 2, 1, 10, 0, 0, TimeSpan.Zero);
        IReadOnlyList<object> slot = [.. Launches.Journal(SlotPhase.Stopping, at), new ContainerStopped(StopCause.Requested, at), new SessionFinalised(at), new SlotFreed(at)];
        await _journal.WriteAsync(("slot-template-1", slot), ("workspace-template", [new SlotReserved(1, "s1", Launches.Spec().Container, at), new SlotReleased(1, at)]));
        var columns = (string)(_journal.Ask("SELECT group_concat(name) FROM pragma_table_info('journal') WHERE name NOT IN ('ordering', 'persistence_id', 'sequence_number')") ?? "");
        var lives = Events / (slot.Count + 2) / workspaces;
        foreach (var (template, length, id) in new[] { ("slot-template-1", slot.Count, "printf('slot-%08x-1', w)"), ("workspace-template", 2, "printf('workspace-%08x', w)") })
        {
            _journal.Ask(
                $"""
                WITH RECURSIVE life(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM life WHERE i < {lives}), workspace(w) AS (SELECT 1 UNION ALL SELECT w + 1 FROM workspace WHERE w < {workspaces})
                INSERT INTO journal (persistence_id, sequence_number, {columns})
                SELECT {id}, i * {length} + sequence_number, {columns} FROM workspace, life, journal
                WHERE persistence_id = '{template}' AND (i < {lives} OR sequence_number <= {(length == 2 ? 1 : 3)})
                ORDER BY i, w, sequence_number
                """);
        }

        _journal.Ask("DELETE FROM journal WHERE persistence_id LIKE '%template%'");
    }
}
