using System.Net.Http.Json;

namespace Coi.Incus;

/// <summary>Networks.</summary>
public sealed class NetworksApi
{
    private const int Attempts = 5;

    private readonly IncusTransport _transport;
    private readonly OperationRunner _runner;
    private readonly MistakenAbsence _absence;
    private readonly UnfinishedNetwork _unfinished;

    internal NetworksApi(IncusTransport transport, OperationRunner runner)
    {
        (_transport, _runner) = (transport, runner);
        _absence = new MistakenAbsence(transport, "list networks", "/1.0/networks");
        _unfinished = new UnfinishedNetwork(this, transport);
    }

    /// <summary>All networks, interfaces of the host included.</summary>
    public async Task<IReadOnlyList<Network>> ListAsync(CancellationToken cancellationToken = default) =>
        await MistakenAbsence.ListAsync(() => _transport.ListAsync(
            "list networks", "/1.0/networks?recursion=1", IncusJson.Default.ListedNetwork, cancellationToken));

    /// <summary>One network, null when there is none of that name.</summary>
    public Task<Network?> FindAsync(string name, CancellationToken cancellationToken = default) => _absence.FindAsync(
        name, () => _transport.GetAsync($"read network {name}", Path(name), IncusJson.Default.Network, cancellationToken), cancellationToken);

    /// <summary>What a network is doing now.</summary>
    public Task<NetworkState> GetStateAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(
            $"read the state of network {name}", $"{Path(name)}/state", IncusJson.Default.NetworkState, cancellationToken);

    /// <summary>The addresses that a network's DHCP server gave out.</summary>
    public async Task<IReadOnlyList<NetworkLease>> ListLeasesAsync(string name, CancellationToken cancellationToken = default) =>
        await _transport.GetAsync(
            $"list the leases of network {name}", $"{Path(name)}/leases", IncusJson.Default.ListNetworkLease, cancellationToken);

    /// <summary>Makes a network and awaits that it is up.</summary>
    public Task CreateAsync(NewNetwork network, CancellationToken cancellationToken = default) =>
        PersistAsync(() => _runner.RunEitherAsync(
            $"create network {network.Name}", HttpMethod.Post, "/1.0/networks",
            JsonContent.Create(network, IncusJson.Default.NewNetwork), cancellationToken));

    /// <summary>Sets some keys of a network and leaves the others; an empty value removes a key.</summary>
    public Task PatchAsync(
        string name, IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken = default) =>
        PersistAsync(() => _absence.DoAsync(name, () => _runner.RunEitherAsync(
            $"change network {name}", HttpMethod.Patch, Path(name),
            JsonContent.Create(new NetworkPut { Config = config }, IncusJson.Default.NetworkPut), cancellationToken), cancellationToken));

    /// <summary>Gives a network that nothing uses another name; it is down meanwhile.</summary>
    public Task RenameAsync(string name, string newName, CancellationToken cancellationToken = default) =>
        PersistAsync(() => _absence.DoAsync(name, () => _runner.RunEitherAsync(
            $"rename network {name} to {newName}", HttpMethod.Post, Path(name),
            JsonContent.Create(new NetworkPost { Name = newName }, IncusJson.Default.NetworkPost), cancellationToken), cancellationToken));

    /// <summary>The name under which a network is left when <see cref="DeleteAsync"/> is broken off while it takes down what was half made.</summary>
    public static string NameAsideOf(string name) => UnfinishedNetwork.AsideOf(name);

    /// <summary>
    /// Deletes a network that nothing uses. One that is still being made is awaited first, up to
    /// <see cref="IncusClientOptions.NetworkCreationTimeout"/>; what Incus has left half made goes with its interface.
    /// </summary>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        var settled = await _unfinished.SettleAsync(name, cancellationToken);
        await PersistAsync(() => _absence.DoAsync(
            settled, () => _runner.RunEitherAsync($"delete network {name}", HttpMethod.Delete, Path(settled), null, cancellationToken), cancellationToken));
    }

    // Asked again at once: the interface that went is not in the next look. Another has to go in every one of them.
    private static async Task PersistAsync(Func<Task> request)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await request();
                return;
            }
            catch (IncusException error) when (error.MissedAnInterface && attempt < Attempts)
            {
                // See MissedAnInterface.
            }
        }
    }

    private static string Path(string name) => $"/1.0/networks/{Uri.EscapeDataString(name)}";
}
