using Coi.Daemon.History;
using Coi.Daemon.Journal;
using Coi.Daemon.Tests.Slots;
using Coi.Domain.History;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Xunit;

namespace Coi.Daemon.Tests.Journal;

public sealed class JournalRetentionSpecs : IDisposable
{
    private static readonly DateTimeOffset Old = new(2025, 1, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Young = new(2026, 2, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Between = new(2025, 6, 1, 10, 0, 0, TimeSpan.Zero);
    private readonly WrittenJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public void A_new_journal_has_nothing_to_forget() => Assert.Equal(0, JournalRetention.Forget(_journal.Path, Young));

    [Fact(Timeout = 60_000)]
    public async Task Lives_that_ended_before_are_forgotten_and_the_rest_stays_as_it_was()
    {
        await _journal.WriteAsync(
            ("slot-9dad1e4e-1", [.. Life(Old), .. Life(Young)]),
            ("slot-9dad1e4e-2", [.. Life(Old)]),
            ("slot-9dad1e4e-3", [.. Launches.Journal(SlotPhase.Kept, Old)]),
            ("workspace-9dad1e4e", [new SlotReserved(1, "s1", "c", Old), new SlotReleased(1, Old), new SlotReserved(3, "s3", "c", Old)]));
        var before = At(Young.AddDays(1));

        // 5 of the first slot's first life, 4 of the second's, whose last event carries the count, and what the workspace had and gave back.
        Assert.Equal(5 + 4 + 2, JournalRetention.Forget(_journal.Path, Between));

        Assert.Equal(before.Select(state => state.Phase), At(Young.AddDays(1)).Select(state => state.Phase));
        Assert.DoesNotContain(Steps(), step => step.Event.At < Between && step.Spec?.Slot != 3 && step.Event is LaunchRequested { Spec.Persistent: false });
        Assert.Equal(5L, _journal.Ask("SELECT count(*) FROM journal WHERE persistence_id = 'slot-9dad1e4e-1'"));
        Assert.Equal(0, JournalRetention.Forget(_journal.Path, Between));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_journal.Path));
    }

    // What is left can be replayed and written to.
    [Fact(Timeout = 60_000)]
    public async Task Records_are_forgotten_by_their_age_alone()
    {
        await _journal.WriteAsync((RecordsActor.Id,
        [
            new BuildRecorded("coi", BuildRecorded.Started, "it began", Old), new ContainerRecorded("box", ContainerRecorded.Launched, "it was launched", Old),
            new BuildRecorded("coi", BuildRecorded.Done, "it was built", Young),
        ]));

        Assert.Equal(2, JournalRetention.Forget(_journal.Path, Between));

        Assert.Equal("it was built", Assert.Single(new JournalHistory(_journal.Home).All(CancellationToken.None)).Text);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_journal_goes_on_with_its_numbers()
    {
        await _journal.WriteAsync(("slot-9dad1e4e-1", [.. Life(Old)]));
        JournalRetention.Forget(_journal.Path, Between);
        Assert.Null(JournalFile.Prepare(_journal.Path));

        await _journal.WriteAsync(("slot-9dad1e4e-1", [.. Life(Young)]));

        Assert.Equal("5 6 7 8 9 10", _journal.Ask("SELECT group_concat(sequence_number, ' ') FROM (SELECT sequence_number FROM journal ORDER BY ordering)"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_cannot_be_read_is_never_forgotten()
    {
        await _journal.WriteAsync(("slot-9dad1e4e-1", [.. Life(Old), .. Life(Old), .. Life(Old)]));
        _journal.Ask("UPDATE journal SET manifest = 'slot.dreamed.v9' WHERE sequence_number = 7");

        Assert.Equal(5, JournalRetention.Forget(_journal.Path, Between));

        Assert.Equal(10L, _journal.Ask("SELECT count(*) FROM journal"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_copy_that_cannot_be_made_leaves_the_journal_alone()
    {
        await _journal.WriteAsync(("slot-9dad1e4e-1", [.. Life(Old)]));
        Directory.CreateDirectory(_journal.Path + ".new");

        Assert.ThrowsAny<Exception>(() => JournalRetention.Forget(_journal.Path, Between));

        Assert.Equal(5L, _journal.Ask("SELECT count(*) FROM journal"));
    }

    private static IReadOnlyList<ISlotEvent> Life(DateTimeOffset at) =>
        [.. Launches.Journal(SlotPhase.Stopped, at).Where(evt => evt is not Provisioned), new SessionFinalised(at), new SlotFreed(at)];

    private List<SlotStep> Steps() => [.. new JournalHistory(_journal.Home).Steps(CancellationToken.None)];

    private IReadOnlyList<SlotState> At(DateTimeOffset moment) => new JournalHistory(_journal.Home).At(moment, CancellationToken.None);
}
