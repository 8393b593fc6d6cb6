using Coi.Daemon.Slots;
using Coi.Daemon.Tools;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Sessions;

/// <summary>Writes down sessions as their containers begin and end; the conversation itself is in the mounted directory all the time.</summary>
internal sealed class SessionKeeper(SessionStore store, TimeProvider time) : ISessionKeeper
{
    public Task BeginAsync(LaunchSpec spec, CancellationToken cancellationToken) => spec.Run ? Task.CompletedTask : SaveAsync(spec, cancellationToken);

    public Task FinaliseAsync(LaunchSpec spec, bool launched, CancellationToken cancellationToken) => spec.Run ? Task.CompletedTask : Task.Run(
        () =>
        {
            // A copy that was never used holds nothing that its original does not.
            if (!launched && (spec.ForkedFrom is not null || (!spec.Resumed && !HasConversation(spec)))) store.Delete(spec.Tool, spec.SessionId);
            else Save(spec);
        },
        cancellationToken);

    // File calls that reach the disk: off the caller's thread.
    private Task SaveAsync(LaunchSpec spec, CancellationToken cancellationToken) => Task.Run(() => Save(spec), cancellationToken);

    private bool HasConversation(LaunchSpec spec) =>
        ToolCatalog.BuiltIn.Find(spec.Tool) is { } tool && store.HasConversation(tool, spec.SessionId);

    private void Save(LaunchSpec spec) => store.Save(spec.Tool, MetadataOf(spec, time.GetUtcNow()));

    /// <summary>What is written down about a session.</summary>
    public static SessionMetadata MetadataOf(LaunchSpec spec, DateTimeOffset savedAt) => new()
    {
        SessionId = spec.SessionId,
        ContainerName = spec.Container,
        Persistent = spec.Persistent,
        Workspace = spec.Workspace,
        SavedAt = savedAt,
        Tool = spec.Tool,
        Slot = spec.Slot,
        Image = spec.Image,
        Network = spec.Policy.Mode.Word(),
        ForkedFrom = spec.ForkedFrom,
    };
}
