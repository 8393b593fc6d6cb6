using Coi.Contracts;
using Coi.Daemon.History;
using Coi.Domain.Slots;
using Microsoft.Data.Sqlite;

namespace Coi.Daemon.Sessions;

/// <summary>
/// Writes metadata of sessions anew that was lost or cannot be read (a file of 0 bytes after a power cut, one that was removed by hand) from
/// what the journal knows of them, so that their conversations are found again. The conversation itself is never touched.
/// </summary>
internal sealed class SessionRepair(SessionStore store, JournalHistory journal, ILogger<SessionRepair> log)
{
    /// <summary>Repairs what can be repaired.</summary>
    /// <returns>Ids of the sessions whose metadata was written anew.</returns>
    public IReadOnlyList<string> Run()
    {
        var repaired = new List<string>();
        try
        {
            var broken = store.List().Where(session => session.Metadata is null).ToDictionary(session => session.Id);
            if (broken.Count == 0) return repaired;
            // Only what ran: a directory without metadata may be of a session that is just being made.
            var specs = journal.Steps(CancellationToken.None)
                .Where(step => step is { Event: SessionStarted or ContainerAdopted, Spec.Run: false })
                .Select(step => step.Spec)
                .OfType<LaunchSpec>()
                .GroupBy(spec => spec.SessionId)
                .ToDictionary(specs => specs.Key, specs => specs.Last());
            foreach (var (id, session) in broken)
            {
                if (!specs.TryGetValue(id, out var spec) || spec.Tool != session.Tool) continue;
                store.Save(session.Tool, SessionKeeper.MetadataOf(spec, session.SavedAtTime));
                log.LogWarning("Session {Session}: {Warning}; it was written anew from the journal", id, session.Warning);
                repaired.Add(id);
            }
        }
        catch (Exception ex) when (ex is ProblemException or IOException or UnauthorizedAccessException or SqliteException)
        {
            log.LogWarning("The metadata of sessions could not be repaired: {Reason}", ex.Message);
        }

        return repaired;
    }
}
