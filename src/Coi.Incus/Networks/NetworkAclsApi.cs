using System.Net.Http.Json;

namespace Coi.Incus;

/// <summary>Network ACLs.</summary>
public sealed class NetworkAclsApi
{
    private readonly IncusTransport _transport;
    private readonly OperationRunner _runner;
    private readonly MistakenAbsence _absence;

    internal NetworkAclsApi(IncusTransport transport, OperationRunner runner)
    {
        (_transport, _runner) = (transport, runner);
        _absence = new MistakenAbsence(transport, "list network ACLs", "/1.0/network-acls");
    }

    /// <summary>All ACLs.</summary>
    public async Task<IReadOnlyList<NetworkAcl>> ListAsync(CancellationToken cancellationToken = default) =>
        await MistakenAbsence.ListAsync(() => _transport.ListAsync(
            "list network ACLs", "/1.0/network-acls?recursion=1", IncusJson.Default.ListedNetworkAcl, cancellationToken));

    /// <summary>One ACL, null when there is none of that name.</summary>
    public Task<NetworkAcl?> FindAsync(string name, CancellationToken cancellationToken = default) => _absence.FindAsync(
        name, () => _transport.GetAsync($"read network ACL {name}", Path(name), IncusJson.Default.NetworkAcl, cancellationToken), cancellationToken);

    /// <summary>Makes an ACL.</summary>
    public Task CreateAsync(NewNetworkAcl acl, CancellationToken cancellationToken = default) =>
        _runner.RunEitherAsync(
            $"create network ACL {acl.Name}", HttpMethod.Post, "/1.0/network-acls",
            JsonContent.Create(acl, IncusJson.Default.NewNetworkAcl), cancellationToken);

    /// <summary>Replaces an ACL's rules as a whole; they are in force when this returns.</summary>
    public Task UpdateAsync(string name, NetworkAclPut acl, CancellationToken cancellationToken = default) =>
        _absence.DoAsync(name, () => _runner.RunEitherAsync(
            $"change network ACL {name}", HttpMethod.Put, Path(name),
            JsonContent.Create(acl, IncusJson.Default.NetworkAclPut), cancellationToken), cancellationToken);

    /// <summary>Deletes an ACL that nothing uses.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        _absence.DoAsync(name, () => _runner.RunEitherAsync($"delete network ACL {name}", HttpMethod.Delete, Path(name), null, cancellationToken), cancellationToken);

    private static string Path(string name) => $"/1.0/network-acls/{Uri.EscapeDataString(name)}";
}
