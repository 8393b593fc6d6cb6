namespace Coi.Incus;

/// <summary>What an instance is doing and using now.</summary>
public sealed record InstanceState
{
    private static readonly IReadOnlyDictionary<string, InstanceNetwork> NoNetworks = new Dictionary<string, InstanceNetwork>();

    /// <summary>Its state in English.</summary>
    public string Status { get; init; } = "";

    /// <summary>Its state as a number, see <see cref="InstanceStatus"/>.</summary>
    public int StatusCode { get; init; }

    /// <summary>Its interfaces by name; empty while it is stopped.</summary>
    public IReadOnlyDictionary<string, InstanceNetwork> Network { get; init => field = value ?? NoNetworks; } = NoNetworks;

    /// <summary>The host's process id of its init, 0 while it is stopped.</summary>
    public long Pid { get; init; }

    /// <summary>How many processes run inside, -1 when unknown.</summary>
    public long Processes { get; init; }

    /// <summary>Its memory.</summary>
    public InstanceMemory? Memory { get; init; }

    /// <summary>Its processor time.</summary>
    public InstanceCpu? Cpu { get; init; }

    /// <summary>When it was started; year 1 while it is stopped.</summary>
    public DateTimeOffset StartedAt { get; init; }
}

/// <summary>Memory of an instance, in bytes.</summary>
public sealed record InstanceMemory
{
    /// <summary>In use now.</summary>
    public long Usage { get; init; }

    /// <summary>The most that was ever in use.</summary>
    public long UsagePeak { get; init; }

    /// <summary>What it may use.</summary>
    public long Total { get; init; }
}

/// <summary>Processor time of an instance.</summary>
public sealed record InstanceCpu
{
    /// <summary>Nanoseconds used.</summary>
    public long Usage { get; init; }
}

/// <summary>One interface inside an instance.</summary>
public sealed record InstanceNetwork
{
    /// <summary>Its addresses.</summary>
    public IReadOnlyList<InstanceAddress> Addresses { get; init => field = value ?? []; } = [];

    /// <summary>Its hardware address.</summary>
    public string Hwaddr { get; init; } = "";

    /// <summary>The name of its other end on the host.</summary>
    public string HostName { get; init; } = "";

    /// <summary>Its MTU.</summary>
    public int Mtu { get; init; }

    /// <summary><c>up</c> or <c>down</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>Such as <c>broadcast</c> or <c>loopback</c>.</summary>
    public string Type { get; init; } = "";
}

/// <summary>One address of an interface.</summary>
public sealed record InstanceAddress
{
    /// <summary><c>inet</c> or <c>inet6</c>.</summary>
    public string Family { get; init; } = "";

    /// <summary>The address without its mask.</summary>
    public string Address { get; init; } = "";

    /// <summary>The length of the mask.</summary>
    public string Netmask { get; init; } = "";

    /// <summary><c>global</c>, <c>link</c> or <c>local</c>.</summary>
    public string Scope { get; init; } = "";
}
