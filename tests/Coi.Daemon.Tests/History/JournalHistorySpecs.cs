using Coi.Daemon.History;
using Coi.Daemon.Journal;
using Coi.Daemon.Tests.Journal;
using Coi.Daemon.Tests.Slots;
using Coi.Domain;
using Coi.Domain.History;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.History;

public sealed class JournalHistorySpecs : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 2, 1, 10, 0, 0, TimeSpan.Zero);
    private readonly WrittenJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public void A_new_journal_has_no_history()
    {
        Assert.Empty(Steps());
        Assert.Empty(At(Start));
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_did_what_when_is_told_also_of_containers_that_are_gone()
    {
        await LifeAsync();

        var events = Steps().Select(step => step.ToHistory()).ToList();

        Assert.Equal(["launch_requested", "provisioned", "session_started", "stop_requested", "container_stopped", "session_finalised", "freed"], events.Select(e => e.Event));
        Assert.All(events, e => Assert.Equal((Launches.Spec().Container, "s1", "restricted"), (e.Container, e.SessionId, e.Network)));
        Assert.Equal(4711, events[0].By?.Pid);
        Assert.Equal(("requested", "free"), (events[4].Cause, events[6].Phase));
        Assert.Equal(Start.AddMinutes(3), events[3].At);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_there_was_at_a_moment_is_told()
    {
        await LifeAsync();

        Assert.Empty(At(Start.AddSeconds(-1)));
        Assert.Equal(SlotPhase.Preparing, Assert.Single(At(Start)).Phase);
        Assert.Equal(SlotPhase.Running, Assert.Single(At(Start.AddMinutes(2.5))).Phase);
        Assert.Empty(At(Start.AddMinutes(7)));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_that_cannot_be_read_costs_only_itself()
    {
        await LifeAsync();
        _journal.Ask("UPDATE journal SET message = x'7b' WHERE manifest = 'slot.provisioned.v1'");
        _journal.Ask("UPDATE journal SET manifest = 'slot.dreamed.v9' WHERE manifest = 'slot.session-finalised.v1'");

        Assert.Equal(["launch_requested", "session_started", "stop_requested", "container_stopped", "freed"], Steps().Select(step => step.ToHistory().Event));
    }

    // A journal of the first version: history is told from every version's events.
    [Fact(Timeout = 60_000)]
    public async Task What_older_versions_wrote_is_history_too()
    {
        await LifeAsync();
        foreach (var fixture in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Journal", "Fixtures", "0.1.0"), "slot.*.json"))
        {
            var manifest = Path.GetFileNameWithoutExtension(fixture);
            Assert.NotNull(JournalSerializer.Read(File.ReadAllBytes(fixture), manifest));
            _journal.Ask($"UPDATE journal SET message = x'{Convert.ToHexString(File.ReadAllBytes(fixture))}' WHERE manifest = '{manifest}'");
        }

        Assert.Equal(7, Steps().Select(step => step.ToHistory().Text).Count(text => text.Length > 0));
    }

    [Fact(Timeout = 60_000)]
    public async Task Builds_and_containers_launched_by_name_have_their_place_in_it()
    {
        await _journal.WriteAsync((RecordsActor.Id, [new BuildRecorded("coi", BuildRecorded.Failed, "it failed", Start, new Failure("build.failed", "no space"), new Requester(1000, 7, "coi"))]));
        await LifeAsync();
        await _journal.WriteAsync((RecordsActor.Id, [new ContainerRecorded("box", ContainerRecorded.Launched, "it was launched", Start, "coi", "open")]));

        var events = new JournalHistory(_journal.Home).All(CancellationToken.None).ToList();

        Assert.Equal(9, events.Count);
        Assert.Equal(("build_failed", "coi", "build.failed", 7), (events[0].Event, events[0].Image, events[0].Problem?.Code, events[0].By?.Pid));
        Assert.Equal("it failed (by uid 1000, coi, process 7)", events[0].Text);
        Assert.Equal(("container_launched", "box", "coi", "open"), (events[8].Event, events[8].Container, events[8].Image, events[8].Network));
        Assert.Equal(7, Steps().Count);
    }

    private Task LifeAsync() => _journal.WriteAsync(
        ("slot-9dad1e4e-1",
        [
            new LaunchRequested(Launches.Spec(), Reuses: false, Start, new Requester(1000, 4711, "coi")),
            new Provisioned(Launches.Plan(Launches.Spec().Container), Start.AddMinutes(1)),
            new SessionStarted(Start.AddMinutes(2)),
            new StopRequested(Force: true, Remove: true, 0, Start.AddMinutes(3)),
            new ContainerStopped(StopCause.Requested, Start.AddMinutes(4)),
            new SessionFinalised(Start.AddMinutes(5)),
            new SlotFreed(Start.AddMinutes(6)),
        ]));

    private List<SlotStep> Steps() => [.. new JournalHistory(_journal.Home).Steps(CancellationToken.None)];

    private IReadOnlyList<SlotState> At(DateTimeOffset moment) => new JournalHistory(_journal.Home).At(moment, CancellationToken.None);
}
