using Akka.Actor;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Index;
using Coi.Daemon.Network;
using Coi.Daemon.Protection;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Sessions;
using Coi.Daemon.Slots;
using Coi.Daemon.Tools;
using Coi.Domain;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary>A thing that may be removed, and how; the removal looks again whether it still may.</summary>
internal sealed record Removal(string Kind, string Name, string Detail, Func<CancellationToken, Task> RemoveAsync);

/// <summary>Finds what <c>coi clean</c> may remove: never what is live, and of persistent containers only those that rest and were asked for.</summary>
internal sealed class CleanPlan(IncusClient incus, ContainerIndex index, SessionStore sessions, SlotNetworks networks, WorkspaceGuards guards, DaemonHome home, TimeProvider time)
{
    private static readonly TimeSpan RemovalDeadline = TimeSpan.FromMinutes(2);

    // A session's directory is there a moment before its metadata.
    private static readonly TimeSpan Young = TimeSpan.FromHours(1);

    /// <summary>What is there to be removed, in the order in which it has to be.</summary>
    public async Task<IReadOnlyList<Removal>> FindAsync(CleanRequest request, CancellationToken cancellationToken)
    {
        var entries = await index.ListAsync(cancellationToken);
        var found = new List<Removal>();
        if (request.Containers) found.AddRange(entries.Where(IsAtRest).Select(ContainerRemoval).OfType<Removal>());
        if (request.Orphans) found.AddRange(await OrphansAsync(entries, cancellationToken));
        if (request.Orphans || request.Sessions)
        {
            // With its container removed first, a kept container's session is held by nobody.
            var held = entries.Where(entry => !request.Containers || !IsAtRest(entry)).Select(entry => entry.State.Spec?.SessionId).OfType<string>().ToHashSet();
            var saved = await Task.Run(sessions.List, cancellationToken);
            found.AddRange(saved.Where(session => !held.Contains(session.Id) && (IsAbandoned(session) || (request.Sessions && session.Metadata is not null))).Select(SessionRemoval));
        }

        return found;
    }

    private static bool IsAtRest(IndexProtocol.Entry entry) => entry.State is { Phase: SlotPhase.Kept, RunsUnasked: false };

    // Made for a session that never began. Metadata that cannot be read says nothing about the conversation beside it.
    private bool IsAbandoned(SavedSession session) => session.Metadata is null && time.GetUtcNow() - session.SavedAtTime > Young
        && ToolCatalog.BuiltIn.Find(session.Tool) is { } tool && !sessions.HasConversation(tool, session.Id);

    private static Removal? ContainerRemoval(IndexProtocol.Entry entry) => entry.State.Spec is not { } spec ? null : new Removal(
        "container", spec.Container, $"persistent, stopped, of {spec.Workspace}", async cancellationToken =>
        {
            var answer = await entry.Actor.Ask<SlotProtocol.IContainerAnswer>(
                asker => new SlotProtocol.EndSession(spec.Container, new End(Force: true, Remove: true, 0), asker), RemovalDeadline, cancellationToken);
            if (answer is SlotProtocol.NotEnded failed) throw new FailureException(failed.Failure);
        });

    private async Task<IEnumerable<Removal>> OrphansAsync(IReadOnlyList<IndexProtocol.Entry> entries, CancellationToken cancellationToken)
    {
        var known = entries.Select(entry => entry.State.Spec?.Container).OfType<string>().ToHashSet();
        var instances = await incus.Instances.ListAsync(cancellationToken);
        var containers = Orphans.OfContainers(home, known, instances).ToList();
        // What another container of ours still uses is no orphan; what a removed one used is.
        HashSet<string> serving = [.. known, .. instances.Where(i => Orphans.IsOurs(home, i.Config)).Select(i => i.Name).Except(containers.Select(c => c.Name))];
        var others = Orphans.OfNetworks(home, serving, await incus.Networks.ListAsync(cancellationToken), await incus.NetworkAcls.ListAsync(cancellationToken));
        return containers.Concat(others).Select(OrphanRemoval).Concat(guards.Orphans(serving).Select(GuardRemoval));
    }

    private Removal OrphanRemoval(Orphan orphan) => new(
        orphan.Kind, orphan.Name, orphan.Kind == "container" ? "stopped, of no session" : $"served {orphan.Container}, which is gone", async cancellationToken =>
        {
            // A session may have begun since: its slot is in the index before it makes anything in Incus.
            if (await index.FindAsync(orphan.Container, cancellationToken) is not null) return;
            if (orphan.Kind == "container") await incus.Instances.DeleteAsync(orphan.Name, cancellationToken);
            else await networks.RemoveAsync(orphan.Container, cancellationToken);
        });

    private Removal GuardRemoval(OrphanedGuard orphan) => new(
        "guard", orphan.Container, $"held places in {orphan.Workspace} for a container that is gone", async cancellationToken =>
        {
            if (await index.FindAsync(orphan.Container, cancellationToken) is null) await Task.Run(() => guards.Release(orphan.Container, orphan.Workspace), cancellationToken);
        });

    private Removal SessionRemoval(SavedSession session) => new(
        "session", session.Id, $"{session.Tool}, saved {session.SavedAt}{(session.Workspace.Length > 0 ? $", of {session.Workspace}" : "")}", async cancellationToken =>
        {
            var holders = await index.ListAsync(cancellationToken);
            if (holders.FirstOrDefault(entry => entry.State.Spec?.SessionId == session.Id)?.State.Spec is { } spec)
                throw new FailureException(new Failure("session.live", $"session {session.Id} is held by {spec.Container}", "coi list"));
            await Task.Run(() => sessions.Delete(session.Tool, session.Id), cancellationToken);
        });
}
