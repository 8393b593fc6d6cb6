using System.Text.Json.Serialization;

namespace Coi.Incus;

/// <summary>A network, one of Incus' own (<see cref="Managed"/>) or an interface of the host.</summary>
public sealed record Network
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Such as <c>bridge</c> or <c>physical</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>Incus made it and looks after it.</summary>
    public bool Managed { get; init; }

    /// <summary>Its configuration.</summary>
    public IReadOnlyDictionary<string, string> Config { get; init => field = value ?? Maps.NoConfig; } = Maps.NoConfig;

    /// <summary>A person's words about it.</summary>
    public string Description { get; init; } = "";

    /// <summary><c>Created</c>, <c>Pending</c> or <c>Errored</c>; empty for interfaces of the host.</summary>
    public string Status { get; init; } = "";

    /// <summary>Incus is making it, or was ended while it did.</summary>
    [JsonIgnore]
    public bool IsPending => Status == "Pending";

    /// <summary>Paths of what uses it.</summary>
    public IReadOnlyList<string> UsedBy { get; init => field = value ?? []; } = [];

    /// <summary>The project that it belongs to.</summary>
    public string Project { get; init; } = "default";
}

/// <summary>A network to be made.</summary>
public sealed record NewNetwork
{
    /// <summary>Its name, at most 15 characters for a bridge.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind.</summary>
    public string Type { get; init; } = "bridge";

    /// <summary>Its configuration.</summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = Maps.NoConfig;

    /// <summary>A person's words about it.</summary>
    public string Description { get; init; } = "";
}

/// <summary>The body of a change of a network.</summary>
internal sealed record NetworkPut
{
    public IReadOnlyDictionary<string, string>? Config { get; init; }

    public string? Description { get; init; }
}

/// <summary>The body of a network's new name.</summary>
internal sealed record NetworkPost
{
    public required string Name { get; init; }
}

/// <summary>What a network is doing now.</summary>
public sealed record NetworkState
{
    /// <summary>Its addresses on the host.</summary>
    public IReadOnlyList<InstanceAddress> Addresses { get; init => field = value ?? []; } = [];

    /// <summary>Its hardware address.</summary>
    public string Hwaddr { get; init; } = "";

    /// <summary>Its MTU.</summary>
    public int Mtu { get; init; }

    /// <summary><c>up</c> or <c>down</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>Such as <c>broadcast</c>.</summary>
    public string Type { get; init; } = "";
}

/// <summary>An address that a network's DHCP server gave out.</summary>
public sealed record NetworkLease
{
    /// <summary>The name that goes with it.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>The hardware address.</summary>
    public string Hwaddr { get; init; } = "";

    /// <summary>The address.</summary>
    public string Address { get; init; } = "";

    /// <summary><c>dynamic</c>, <c>static</c>, <c>gateway</c>….</summary>
    public string Type { get; init; } = "";
}
