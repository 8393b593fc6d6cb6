using System.Net.Http.Json;

namespace Coi.Incus;

public sealed partial class InstancesApi
{
    /// <summary>Makes a snapshot of what an instance's disk holds now; the instance may run and goes on.</summary>
    /// <param name="name">The instance.</param>
    /// <param name="snapshot">Name of the snapshot.</param>
    /// <param name="expiresAt">When Incus deletes it by itself; null means never.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task CreateSnapshotAsync(string name, string snapshot, DateTimeOffset? expiresAt = null, CancellationToken cancellationToken = default) =>
        _runner.RunAsync(
            $"create snapshot {snapshot} of instance {name}", HttpMethod.Post, $"{Path(name)}/snapshots",
            JsonContent.Create(new SnapshotPost { Name = snapshot, ExpiresAt = expiresAt }, IncusJson.Default.SnapshotPost), cancellationToken);

    /// <summary>All snapshots of an instance.</summary>
    public async Task<IReadOnlyList<InstanceSnapshot>> ListSnapshotsAsync(string name, CancellationToken cancellationToken = default) =>
        await _transport.GetAsync(
            $"list snapshots of instance {name}", $"{Path(name)}/snapshots?recursion=1", IncusJson.Default.ListInstanceSnapshot, cancellationToken);

    /// <summary>Deletes a snapshot.</summary>
    public Task DeleteSnapshotAsync(string name, string snapshot, CancellationToken cancellationToken = default) =>
        _runner.RunAsync(
            $"delete snapshot {snapshot} of instance {name}", HttpMethod.Delete, $"{Path(name)}/snapshots/{Uri.EscapeDataString(snapshot)}", null, cancellationToken);
}
