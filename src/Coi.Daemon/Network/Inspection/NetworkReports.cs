using System.Collections.Immutable;
using Coi.Contracts;
using Coi.Domain.Network;
using Coi.Incus;

namespace Coi.Daemon.Network.Inspection;

/// <summary>Networks in the words of the wire.</summary>
internal static class NetworkReports
{
    /// <summary>What <c>coi network show</c> shows.</summary>
    public static NetworkReport Of(InspectedNetwork network, AllowlistMemory memory)
    {
        var (policy, plan) = (network.Owner.Spec.Policy, network.Plan);
        var listed = policy.Mode == NetworkMode.Allowlist;
        return new NetworkReport
        {
            Container = network.Owner.Spec.Container,
            Kind = network.Owner.Kind,
            Running = network.Instance.IsRunning,
            Mode = policy.Mode.Word(),
            Changing = network.Owner.Slot?.State.Unpoliced == true || Containers.NamedContainer.IsUnpoliced(network.Instance),
            Allowed = listed ? policy.AllowedDomains : null,
            Bridge = plan.Bridge,
            Subnet = plan.Subnet,
            Gateway = plan.Gateway,
            Address = plan.Address,
            Mtu = plan.Mtu,
            Resolver = ResolverConfiguration.AnswersAll(network.Bridge.Config.GetValueOrDefault("raw.dnsmasq")) ? "all" : "listed",
            Acl = network.Acl?.Name,
            DefaultEgress = network.DefaultEgress,
            DefaultIngress = network.DefaultIngress,
            Rules = [.. Rules("egress", network.Acl?.Egress, r => r.Destination), .. Rules("ingress", network.Acl?.Ingress, r => r.Source)],
            Names = listed ? [.. memory.Names.Select(Name)] : null,
            NextQuestion = listed ? memory.Due?.ToLocalTime() : null,
            Warnings = [.. Warnings(network)],
        };
    }

    private static IEnumerable<NetworkRule> Rules(string direction, IReadOnlyList<AclRule>? rules, Func<AclRule, string?> peer) =>
        (rules ?? []).Select(r => new NetworkRule(direction, r.Action, peer(r) is { Length: > 0 } there ? there : "everything", r.Description ?? ""));

    private static NetworkName Name(KeyValuePair<string, NameMemory> name) => new(
        name.Key,
        name.Value.Addresses,
        name.Value.AnsweredAt == default ? null : name.Value.AnsweredAt.ToLocalTime(),
        name.Value.Leaving.IsEmpty ? null : name.Value.Leaving.ToImmutableSortedDictionary(l => l.Key, l => l.Value.ToLocalTime()),
        name.Value.Trouble);

    private static IEnumerable<string> Warnings(InspectedNetwork network)
    {
        var mode = network.Owner.Spec.Policy.Mode;
        if (network.IsClosed) yield return "the container's NIC is closed while its bridge changes: nothing gets through in this moment";
        if (mode != NetworkMode.Open && network.AclName.Length == 0) yield return "the bridge names no ACL: nothing is blocked";
        if (network.AclName.Length > 0 && network.Acl is null) yield return $"the ACL {network.AclName} is gone";
        if (mode == NetworkMode.Open && network.AclName.Length > 0) yield return "the mode is open, but an ACL is in force";
        if (network.Bridge.Config.GetValueOrDefault("ipv6.address", "none") != "none") yield return "somebody has switched IPv6 on for the bridge";
    }
}
