using Coi.Daemon.Journal;
using Coi.Domain.Workspaces;
using Xunit;

namespace Coi.Daemon.Tests.Journal;

/// <summary>The list of streams, asked of a journal that Akka itself has written.</summary>
public sealed class JournalStreamsSpecs : IDisposable
{
    private static readonly object[] Events = [Event, Event];
    private readonly WrittenJournal _journal = new();

    private static IWorkspaceEvent Event => new SlotReserved(1, "s1", "coi-aaaaaaaa-1", DateTimeOffset.UnixEpoch);

    public void Dispose() => _journal.Dispose();

    [Fact]
    public void A_new_journal_has_none() => Assert.Empty(JournalStreams.WithPrefix(_journal.Path, "workspace-"));

    [Fact(Timeout = 60_000)]
    public async Task What_Akka_wrote_is_found_once_by_its_prefix()
    {
        await _journal.WriteAsync(("workspace-aaaaaaaa", Events), ("workspace-bbbbbbbb", Events), ("slot-aaaaaaaa-1", Events));

        Assert.Equal(["workspace-aaaaaaaa", "workspace-bbbbbbbb"], JournalStreams.WithPrefix(_journal.Path, "workspace-"));
        Assert.Equal(["slot-aaaaaaaa-1"], JournalStreams.WithPrefix(_journal.Path, "slot-"));
    }
}
