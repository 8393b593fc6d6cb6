using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Domain.Network;
using Coi.Incus;

namespace Coi.Daemon.Network;

/// <summary>The network ACLs of containers.</summary>
internal sealed class SlotAcls(IncusClient incus, DaemonHome home)
{
    /// <summary>Makes the ACL of a container, or brings it up to date.</summary>
    public async Task EnsureAsync(string container, string kind, NetworkPlan plan, PolicyRules rules, CancellationToken cancellationToken)
    {
        var (egress, ingress) = (Egress(rules), Ingress(plan));
        if (await incus.NetworkAcls.FindAsync(plan.Acl, cancellationToken).ConfigureAwait(false) is { } existing)
        {
            OwnerKeys.Require(existing.Config, home, $"network ACL {plan.Acl}");
            if (Same(existing.Egress, egress) && Same(existing.Ingress, ingress)) return;
            await incus.NetworkAcls.UpdateAsync(plan.Acl, NetworkAclPut.From(existing) with { Egress = egress, Ingress = ingress }, cancellationToken).ConfigureAwait(false);
            return;
        }

        await incus.NetworkAcls.CreateAsync(
            new NewNetworkAcl { Name = plan.Acl, Description = $"coi: container {container}", Egress = egress, Ingress = ingress, Config = OwnerKeys.For(home, container, kind) },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes an ACL of this coi; one that does not exist is done.</summary>
    public async Task RemoveAsync(string acl, CancellationToken cancellationToken)
    {
        if (await incus.NetworkAcls.FindAsync(acl, cancellationToken).ConfigureAwait(false) is { } rules && OwnerKeys.AreOf(rules.Config, home))
            await Absence.IgnoreAsync(incus.NetworkAcls.DeleteAsync(acl, cancellationToken)).ConfigureAwait(false);
    }

    private static List<AclRule> Egress(PolicyRules rules) =>
        [.. rules.Egress.Select(r => new AclRule { Action = r.Action, Destination = r.Destination, Description = r.Description })];

    // Only the host may open connections to a container, so that a person can reach the server that runs inside.
    private static List<AclRule> Ingress(NetworkPlan plan) =>
        [new AclRule { Action = "allow", Source = $"{plan.Gateway}/32", Description = "the host" }];

    // The order means nothing: Incus sorts rules by their action.
    private static bool Same(IEnumerable<AclRule> one, IEnumerable<AclRule> other) => one.Select(Words).ToHashSet().SetEquals(other.Select(Words));

    private static (string?, string?, string?) Words(AclRule rule) => (rule.Action, rule.Source ?? "", rule.Destination ?? "");
}
