using Coi.Daemon.Index;
using Coi.Incus;

namespace Coi.Daemon.Reconciliation;

/// <summary>What slots want and what Incus has, read once.</summary>
/// <param name="Known">What the slots say.</param>
/// <param name="Instances">Every instance.</param>
/// <param name="Networks">Every network.</param>
/// <param name="Acls">Every network ACL.</param>
internal sealed record IncusReading(
    IReadOnlyList<IndexProtocol.Entry> Known, IReadOnlyList<Instance> Instances, IReadOnlyList<Coi.Incus.Network> Networks, IReadOnlyList<NetworkAcl> Acls)
{
    /// <summary>The longest that a reading may take.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Reads.</summary>
    public static async Task<IncusReading> ReadAsync(IncusClient incus, Func<CancellationToken, Task<IndexProtocol.Containers>> index, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        // The index first: a slot that begins in between is only missing from it, and what is missing from Incus was read later.
        var known = await index(deadline.Token).ConfigureAwait(false);
        var instances = await incus.Instances.ListAsync(deadline.Token).ConfigureAwait(false);
        var networks = await incus.Networks.ListAsync(deadline.Token).ConfigureAwait(false);
        var acls = await incus.NetworkAcls.ListAsync(deadline.Token).ConfigureAwait(false);
        return new IncusReading(known.Entries, instances, networks, acls);
    }
}
