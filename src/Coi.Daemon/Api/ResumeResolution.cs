using Coi.Contracts;
using Coi.Daemon.Index;
using Coi.Daemon.Sessions;
using Coi.Domain;
using Coi.Domain.Tools;

namespace Coi.Daemon.Api;

/// <summary>
/// Finds the session that <c>--resume</c> means: always one of this workspace, and never one that is live in a container, unless it is
/// to be copied.
/// </summary>
internal sealed class ResumeResolution(SessionStore sessions, ContainerIndex index)
{
    /// <summary>The session to go on with; null when a new one is to begin.</summary>
    /// <exception cref="FailureException">There is none that may be resumed.</exception>
    public async Task<SavedSession?> ResolveAsync(StartSessionRequest request, string workspace, ToolDefinition tool, CancellationToken cancellationToken)
    {
        if (request is { Resume: null, Fork: false }) return null;
        var wanted = request.Resume ?? "auto";
        var live = await index.LiveSessionsAsync(cancellationToken);
        var lookup = wanted == "auto"
            ? sessions.FindNewest(workspace, tool, session => request.Fork || !live.ContainsKey(session.Id))
            : sessions.Find(wanted, workspace);
        if (lookup is SessionLookup.Missing missing) throw new FailureException(missing.Failure);
        var found = ((SessionLookup.Found)lookup).Session;
        return !request.Fork && live.TryGetValue(found.Id, out var container)
            ? throw new FailureException(new Failure("session.live", $"session {found.Id} is live in {container}", $"coi attach {container}; or --fork goes on with a copy"))
            : found;
    }
}
