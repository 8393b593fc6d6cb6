using Coi.Daemon.Hosting;
using Coi.Daemon.Slots;
using Coi.Incus;

namespace Coi.Daemon.Reconciliation;

/// <summary>Something of ours in Incus that serves nobody.</summary>
/// <param name="Kind"><c>network</c>, <c>acl</c> or <c>container</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Container">The container that it served, or that it is.</param>
internal sealed record Orphan(string Kind, string Name, string Container);

/// <summary>Tells what is orphaned from one reading of Incus. Pure.</summary>
internal static class Orphans
{
    /// <summary>Bridges and ACLs of this home whose container is not among <paramref name="containers"/>.</summary>
    public static IEnumerable<Orphan> OfNetworks(DaemonHome home, IReadOnlySet<string> containers, IReadOnlyList<Coi.Incus.Network> networks, IReadOnlyList<NetworkAcl> acls) =>
        networks.Select(n => (Kind: "network", n.Name, n.Config)).Concat(acls.Select(a => (Kind: "acl", a.Name, a.Config)))
            .Where(thing => IsOurs(home, thing.Config))
            .Select(thing => new Orphan(thing.Kind, thing.Name, thing.Config.GetValueOrDefault(OwnerKeys.Container) ?? ""))
            .Where(orphan => orphan.Container.Length > 0 && !containers.Contains(orphan.Container));

    /// <summary>
    /// Stopped containers of this home that no slot knows and that do not say what ran in them, so that none can take them over. A copy made
    /// by hand says it, of its original: it is its maker's.
    /// </summary>
    public static IEnumerable<Orphan> OfContainers(DaemonHome home, IReadOnlySet<string> known, IReadOnlyList<Instance> instances) => instances
        .Where(instance => IsOurs(home, instance.Config) && instance.IsStopped && !known.Contains(instance.Name) && SlotContainer.SpecOf(instance) is null)
        .Select(instance => new Orphan("container", instance.Name, instance.Name));

    /// <summary>Whether something was made for a session of this home.</summary>
    public static bool IsOurs(DaemonHome home, IReadOnlyDictionary<string, string> config) =>
        OwnerKeys.AreOf(config, home) && config.GetValueOrDefault(OwnerKeys.Kind) == OwnerKeys.Session;
}
