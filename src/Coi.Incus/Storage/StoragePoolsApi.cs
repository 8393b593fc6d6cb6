namespace Coi.Incus;

/// <summary>Storage pools.</summary>
public sealed class StoragePoolsApi
{
    private readonly IncusTransport _transport;

    internal StoragePoolsApi(IncusTransport transport) => _transport = transport;

    /// <summary>All pools.</summary>
    public async Task<IReadOnlyList<StoragePool>> ListAsync(CancellationToken cancellationToken = default) =>
        await _transport.GetAsync(
            "list storage pools", "/1.0/storage-pools?recursion=1", IncusJson.Default.ListStoragePool, cancellationToken);

    /// <summary>One pool, null when there is none of that name.</summary>
    public Task<StoragePool?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.FindAsync(
            $"read storage pool {name}", $"/1.0/storage-pools/{Uri.EscapeDataString(name)}",
            IncusJson.Default.StoragePool, cancellationToken);
}
