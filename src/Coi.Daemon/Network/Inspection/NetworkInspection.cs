using Coi.Daemon.Containers;
using Coi.Daemon.Hosting;
using Coi.Daemon.Index;
using Coi.Daemon.Slots;
using Coi.Domain;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Network.Inspection;

/// <summary>A container of coi whose network can be looked at.</summary>
/// <param name="Spec">What is known of it, its policy above all.</param>
/// <param name="Kind">What it is (<see cref="OwnerKeys.Kind"/>).</param>
/// <param name="Slot">Its slot; null for one that was launched by name.</param>
internal sealed record NetworkOwner(LaunchSpec Spec, string Kind, IndexProtocol.Entry? Slot);

/// <summary>A container's network as Incus has it.</summary>
/// <param name="Owner">The container.</param>
/// <param name="Instance">The container in Incus.</param>
/// <param name="Plan">Names and addresses.</param>
/// <param name="Bridge">The bridge.</param>
/// <param name="Acl">The ACL that the bridge names; null when it names none or it is gone.</param>
internal sealed record InspectedNetwork(NetworkOwner Owner, Instance Instance, NetworkPlan Plan, Coi.Incus.Network Bridge, NetworkAcl? Acl)
{
    private const string AclKey = "security.acls";

    /// <summary>Name of the ACL that the bridge names; empty when it names none.</summary>
    public string AclName => Bridge.Config.GetValueOrDefault(AclKey, "");

    /// <summary>What becomes of packets from the container that no rule names.</summary>
    public string DefaultEgress => AclName.Length == 0 ? "allow" : Bridge.Config.GetValueOrDefault($"{AclKey}.default.egress.action", "reject");

    /// <summary>What becomes of packets to the container that no rule names.</summary>
    public string DefaultIngress => AclName.Length == 0 ? "allow" : Bridge.Config.GetValueOrDefault($"{AclKey}.default.ingress.action", "reject");

    /// <summary>The rules for what leaves the container; null when there is no ACL.</summary>
    public PolicyRules? Egress => AclName.Length == 0 ? null : new PolicyRules(
        DefaultEgress, [.. (Acl?.Egress ?? []).Select(r => new EgressRule(r.Action, r.Destination ?? "", r.Description ?? ""))]);

    /// <summary>Whether the container's NIC lets nothing through, as it does while its bridge changes.</summary>
    public bool IsClosed => Instance.Devices.Values.Any(ClosedNic.IsClosed);
}

/// <summary>Finds a container's network.</summary>
internal sealed class NetworkInspection(IncusClient incus, DaemonHome home, ContainerIndex index)
{
    /// <summary>A container of this coi.</summary>
    /// <exception cref="FailureException">There is none of this name, or it has no network of its own.</exception>
    public async Task<NetworkOwner> FindAsync(string container, CancellationToken cancellationToken)
    {
        if (await index.FindAsync(container, cancellationToken).ConfigureAwait(false) is { State.Spec: { } spec } slot) return new NetworkOwner(spec, OwnerKeys.Session, slot);
        var instance = await incus.Instances.FindAsync(container, cancellationToken).ConfigureAwait(false)
            ?? throw new FailureException(new Failure("container.missing", $"container '{container}' not found", "`coi list` and `coi container list` show what there is"));
        return NamedContainer.Is(instance, home) && SlotContainer.SpecOf(instance) is { } named
            ? new NetworkOwner(named, NamedContainer.Kind, null)
            : throw new FailureException(new Failure("network.foreign", $"container '{container}' has no network of this coi's", "`coi container list` shows coi's own containers"));
    }

    /// <summary>Its network.</summary>
    /// <exception cref="FailureException">It has none.</exception>
    public async Task<InspectedNetwork> LookAsync(NetworkOwner owner, CancellationToken cancellationToken)
    {
        var container = owner.Spec.Container;
        var instance = await incus.Instances.FindAsync(container, cancellationToken).ConfigureAwait(false);
        var bridge = await incus.Networks.FindAsync(SlotNames.Bridge(container), cancellationToken).ConfigureAwait(false);
        if (instance is null || bridge is null || SlotNetworks.PlanOf(bridge, container) is not { } plan)
            throw new FailureException(new Failure("network.missing", $"{container} has no network: it is being made or removed", "coi list"));
        var acl = bridge.Config.GetValueOrDefault("security.acls", "") is { Length: > 0 } name ? await incus.NetworkAcls.FindAsync(name, cancellationToken).ConfigureAwait(false) : null;
        return new InspectedNetwork(owner, instance, plan, bridge, acl);
    }
}
