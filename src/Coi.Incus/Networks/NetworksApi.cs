using System.Diagnostics;
using System.Net.Http.Json;

namespace Coi.Incus;

/// <summary>Networks.</summary>
public sealed class NetworksApi
{
    private const int Attempts = 5;

    // Longer than any creation that was seen (10 s with a hundred bridges); what is pending after it was broken off with incusd.
    private static readonly TimeSpan LongestCreation = TimeSpan.FromSeconds(30);

    // Between taking the interface away and having ended dnsmasq, 0.3 s were seen.
    private static readonly TimeSpan Undoing = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CreationPoll = TimeSpan.FromMilliseconds(50);

    private readonly IncusTransport _transport;
    private readonly OperationRunner _runner;
    private readonly MistakenAbsence _absence;

    internal NetworksApi(IncusTransport transport, OperationRunner runner)
    {
        (_transport, _runner) = (transport, runner);
        _absence = new MistakenAbsence(transport, "list networks", "/1.0/networks");
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

    /// <summary>Deletes a network that nothing uses; one that is still being made is awaited first (see <see cref="AwaitCreationAsync"/>).</summary>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        await AwaitCreationAsync(name, cancellationToken);
        await PersistAsync(() => _absence.DoAsync(
            name, () => _runner.RunEitherAsync($"delete network {name}", HttpMethod.Delete, Path(name), null, cancellationToken), cancellationToken));
    }

    /// <summary>
    /// One network, when Incus is no longer making it; null when there is none of that name. Incus does not keep a deletion out of a creation:
    /// what is deleted meanwhile leaves its dnsmasq and sometimes its interface behind, which nobody can remove through Incus any more. And
    /// when the client of a creation is gone, Incus makes all of it, undoes it at the end because the request is void, and leaves the network
    /// pending without an interface (seen on 6.0.4).
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The network; pending when its creation was abandoned, or was broken off with incusd half a minute ago or earlier.</returns>
    public async Task<Network?> AwaitCreationAsync(string name, CancellationToken cancellationToken = default)
    {
        var since = Stopwatch.StartNew();
        Stopwatch? undone = null;
        while (true)
        {
            var network = await FindAsync(name, cancellationToken);
            if (network is not { IsPending: true } || since.Elapsed > LongestCreation) return network;
            if (await HasInterfaceAsync(name, cancellationToken)) undone = null;
            else if ((undone ??= Stopwatch.StartNew()).Elapsed > Undoing) return network;
            await Task.Delay(CreationPoll, cancellationToken);
        }
    }

    private async Task<bool> HasInterfaceAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await GetStateAsync(name, cancellationToken);
            return true;
        }
        catch (IncusException error) when (error.IsNotFound)
        {
            return false;
        }
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
