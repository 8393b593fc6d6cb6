using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Domain;
using Coi.Domain.Protection;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Protection;

/// <summary>What was prepared in a workspace for a container that is gone.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Workspace">The workspace.</param>
internal sealed record OrphanedGuard(string Container, string Workspace);

/// <summary>
/// Prepares workspaces so that their protected paths can be guarded, and clears up afterwards. What is made in a workspace is written
/// down before, so that it is removed whatever ends the session or the daemon: by the last container of the workspace.
/// </summary>
internal sealed class WorkspaceGuards(DaemonHome home)
{
    private const string OrdersEnd = ".json";
    private readonly ConcurrentDictionary<string, object> _locks = new(StringComparer.Ordinal);

    /// <summary>Makes placeholders and writes the hook's orders; repeating it is harmless.</summary>
    /// <exception cref="FailureException">The workspace cannot be guarded.</exception>
    public void Prepare(LaunchSpec spec)
    {
        if (spec.ProtectedPaths is not { Count: > 0 } paths) return;
        lock (Lock(spec.Workspace))
        {
            using var notes = UnixDirectory.OpenOrCreatePrivate(GuardHook.Directory(home));
            using var workspace = UnixDirectory.TryOpenTrusted(spec.Workspace)
                ?? throw new FailureException(new Failure("workspace.missing", $"workspace {spec.Workspace} does not exist", "Name an existing directory with --workspace"));
            var (plan, failure) = GuardPlanning.For(paths, path => WorkspaceFiles.Look(workspace, path), path => WorkspaceFiles.Directories(workspace, path));
            if (failure is not null) throw new FailureException(failure);
            notes.Delete(spec.Container + ".error");
            notes.Write(spec.Container + OrdersEnd, JsonSerializer.SerializeToUtf8Bytes(GuardHook.For(spec, plan), ContractsJson.Default.GuardOrders));
            if (plan.Placeholders.IsEmpty) return;
            var note = PlaceholderNote.Read(notes, spec.Workspace).With(plan.Placeholders);
            note.Write(notes);
            foreach (var placeholder in plan.Placeholders) WorkspaceFiles.Make(workspace, placeholder);
        }
    }

    /// <summary>Why the hook stopped a container's start; null when it did not.</summary>
    public Failure? Complaint(string container)
    {
        using var notes = UnixDirectory.TryOpenTrusted(GuardHook.Directory(home));
        if (notes?.TryRead(container + ".error", 64 * 1024) is not { } text) return null;
        var why = Encoding.UTF8.GetString(text).Trim();
        // As coi guard says it (Coi.Cli, Guards/MountCalls.cs).
        return why.StartsWith("cannot map the owners of ", StringComparison.Ordinal)
            ? new Failure("protection.owners", $"what is mounted cannot get its owners inside: {why}", "Its file system may not be able to: use another directory, mount it read-only (:ro), or set disable_shift = true in [incus] of your configuration")
            : new Failure("protection.failed", $"protected paths of the workspace cannot be guarded: {why}", "Correct it, or lift the protection with [security] writable_paths in your configuration");
    }

    /// <summary>Forgets a container that has ended; the last one of a workspace removes the placeholders. Absent is done.</summary>
    public void Release(string container, string workspacePath)
    {
        lock (Lock(workspacePath))
        {
            using var notes = UnixDirectory.TryOpenTrusted(GuardHook.Directory(home));
            if (notes is null) return;
            notes.Delete(container + OrdersEnd);
            notes.Delete(container + ".error");
            var note = PlaceholderNote.Read(notes, workspacePath);
            if (note.IsEmpty || IsGuarded(notes, workspacePath)) return;
            using (var workspace = UnixDirectory.TryOpenTrusted(workspacePath))
            {
                foreach (var placeholder in note.Placeholders.Reverse())
                {
                    if (workspace is not null) WorkspaceFiles.Remove(workspace, placeholder);
                }
            }

            note.Delete(notes);
        }
    }

    /// <summary>Orders that were left behind: of containers that are not among those that are known.</summary>
    public IReadOnlyList<OrphanedGuard> Orphans(IReadOnlySet<string> known)
    {
        using var notes = UnixDirectory.TryOpenTrusted(GuardHook.Directory(home));
        return notes is null ? [] :
        [
            .. from name in notes.Names()
               where name.EndsWith(OrdersEnd, StringComparison.Ordinal)
               let container = name[..^OrdersEnd.Length]
               where !known.Contains(container)
               let workspace = WorkspaceOf(notes, name)
               where workspace is not null
               select new OrphanedGuard(container, workspace),
        ];
    }

    // Orders are there from before the placeholders are made until their container has ended.
    private static bool IsGuarded(UnixDirectory notes, string workspace) =>
        notes.Names().Where(name => name.EndsWith(OrdersEnd, StringComparison.Ordinal)).Any(name => WorkspaceOf(notes, name) == workspace);

    private static string? WorkspaceOf(UnixDirectory notes, string name)
    {
        try
        {
            return notes.TryRead(name, PlaceholderNote.Limit) is { } json ? JsonSerializer.Deserialize(json, ContractsJson.Default.GuardOrders)?.Workspace : null;
        }
        catch (JsonException)
        {
            return null; // not of our making: these are written whole or not at all
        }
    }

    private object Lock(string workspace) => _locks.GetOrAdd(WorkspaceHash.Of(workspace).Value, _ => new object());
}
