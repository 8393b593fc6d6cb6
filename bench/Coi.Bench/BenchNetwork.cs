using System.Globalization;
using Coi.Incus;

namespace Coi.Bench;

/// <summary>A bridge with an ACL, as a slot has one.</summary>
internal sealed class BenchNetwork(IncusClient incus, string name, string gateway)
{
    private static readonly string[] PrivateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

    /// <summary>Name of the bridge and of the ACL.</summary>
    public string Name => name;

    /// <summary>Makes the ACL, then the bridge that names it.</summary>
    public async Task CreateAsync()
    {
        await incus.NetworkAcls.CreateAsync(new NewNetworkAcl
        {
            Name = name,
            Egress = [.. PrivateRanges.Select(range => new AclRule { Action = "reject", Destination = range })],
            Ingress = [new AclRule { Action = "allow", Source = $"{gateway}/32" }],
        });
        await incus.Networks.CreateAsync(new NewNetwork
        {
            Name = name,
            Config = new Dictionary<string, string>
            {
                ["ipv4.address"] = $"{gateway}/29",
                ["ipv4.nat"] = "true",
                ["ipv6.address"] = "none",
                ["security.acls"] = name,
                ["security.acls.default.egress.action"] = "allow",
                ["security.acls.default.ingress.action"] = "reject",
            },
        });
    }

    /// <summary>Opens other addresses, as a name does that has moved (TEST-NET-2).</summary>
    public async Task RefreshAsync(int round)
    {
        var acl = await incus.NetworkAcls.FindAsync(name) ?? throw new InvalidOperationException($"the ACL {name} is gone");
        var last = (round % 250).ToString(CultureInfo.InvariantCulture);
        await incus.NetworkAcls.UpdateAsync(name, NetworkAclPut.From(acl) with { Egress = [new AclRule { Action = "allow", Destination = $"198.51.100.{last}/32" }] });
    }

    /// <summary>Removes both; what does not exist is fine.</summary>
    public async Task DeleteAsync()
    {
        if (await incus.Networks.FindAsync(name) is not null) await incus.Networks.DeleteAsync(name);
        if (await incus.NetworkAcls.FindAsync(name) is not null) await incus.NetworkAcls.DeleteAsync(name);
    }
}
