namespace Coi.Incus;

/// <summary>A set of rules about what may pass.</summary>
public sealed record NetworkAcl
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>A person's words about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Rules for what leaves the instances.</summary>
    public IReadOnlyList<AclRule> Egress { get; init => field = value ?? []; } = [];

    /// <summary>Rules for what comes to the instances.</summary>
    public IReadOnlyList<AclRule> Ingress { get; init => field = value ?? []; } = [];

    /// <summary>Its configuration (<c>user.*</c> keys).</summary>
    public IReadOnlyDictionary<string, string> Config { get; init => field = value ?? Maps.NoConfig; } = Maps.NoConfig;

    /// <summary>Paths of what uses it.</summary>
    public IReadOnlyList<string> UsedBy { get; init => field = value ?? []; } = [];

    /// <summary>The project that it belongs to.</summary>
    public string Project { get; init; } = "default";
}

/// <summary>An ACL to be made.</summary>
public sealed record NewNetworkAcl
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>A person's words about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Rules for what leaves the instances.</summary>
    public IReadOnlyList<AclRule> Egress { get; init; } = [];

    /// <summary>Rules for what comes to the instances.</summary>
    public IReadOnlyList<AclRule> Ingress { get; init; } = [];

    /// <summary>Its configuration (<c>user.*</c> keys).</summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = Maps.NoConfig;
}

/// <summary>Everything about an ACL that can be changed, as a whole.</summary>
public sealed record NetworkAclPut
{
    /// <summary>A person's words about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Rules for what leaves the instances.</summary>
    public IReadOnlyList<AclRule> Egress { get; init; } = [];

    /// <summary>Rules for what comes to the instances.</summary>
    public IReadOnlyList<AclRule> Ingress { get; init; } = [];

    /// <summary>Its configuration (<c>user.*</c> keys).</summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = Maps.NoConfig;

    /// <summary>What an ACL is now, to be changed with <c>with</c>.</summary>
    public static NetworkAclPut From(NetworkAcl acl) =>
        new() { Description = acl.Description, Egress = acl.Egress, Ingress = acl.Ingress, Config = acl.Config };
}

/// <summary>One rule; Incus orders rules by action (drop, reject, allow), not by position.</summary>
public sealed record AclRule
{
    /// <summary><c>allow</c>, <c>reject</c> or <c>drop</c>.</summary>
    public required string Action { get; init; }

    /// <summary><c>enabled</c>, <c>disabled</c> or <c>logged</c>.</summary>
    public string State { get; init; } = "enabled";

    /// <summary>Addresses, ranges and networks, separated by commas.</summary>
    public string? Source { get; init; }

    /// <summary>Addresses, ranges and networks, separated by commas.</summary>
    public string? Destination { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c>, <c>icmp4</c> or <c>icmp6</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>Ports and ranges, separated by commas.</summary>
    public string? SourcePort { get; init; }

    /// <summary>Ports and ranges, separated by commas.</summary>
    public string? DestinationPort { get; init; }

    /// <summary>A person's words about it.</summary>
    public string? Description { get; init; }
}
