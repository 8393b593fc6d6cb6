namespace Coi.Incus;

/// <summary>An instance as Incus describes it.</summary>
public record Instance
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its state in English; decide on <see cref="StatusCode"/>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Its state as a number, see <see cref="InstanceStatus"/>.</summary>
    public int StatusCode { get; init; }

    /// <summary><c>container</c> or <c>virtual-machine</c>.</summary>
    public string Type { get; init; } = "container";

    /// <summary>Its architecture, such as <c>x86_64</c>.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>Its own configuration, without that of its profiles.</summary>
    public IReadOnlyDictionary<string, string> Config { get; init => field = value ?? Maps.NoConfig; } = Maps.NoConfig;

    /// <summary>Its own devices, without those of its profiles.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Devices { get; init => field = value ?? Maps.NoDevices; } = Maps.NoDevices;

    /// <summary>Its configuration with that of its profiles.</summary>
    public IReadOnlyDictionary<string, string> ExpandedConfig { get; init => field = value ?? Maps.NoConfig; } = Maps.NoConfig;

    /// <summary>Its devices with those of its profiles.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> ExpandedDevices { get; init => field = value ?? Maps.NoDevices; } = Maps.NoDevices;

    /// <summary>The profiles that it uses.</summary>
    public IReadOnlyList<string> Profiles { get; init => field = value ?? []; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last started; year 1 when never.</summary>
    public DateTimeOffset LastUsedAt { get; init; }

    /// <summary>It vanishes when it stops.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>A person's words about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>The cluster member that holds it, <c>none</c> without a cluster.</summary>
    public string Location { get; init; } = "";

    /// <summary>The project that it belongs to.</summary>
    public string Project { get; init; } = "default";

    /// <summary>It runs (also while it is frozen it does not count as running).</summary>
    public bool IsRunning => StatusCode is InstanceStatus.Running or InstanceStatus.Ready;

    /// <summary>It is stopped.</summary>
    public bool IsStopped => StatusCode == InstanceStatus.Stopped;
}

/// <summary>An instance together with its state.</summary>
public sealed record InstanceFull : Instance
{
    /// <summary>Its state; null when Incus could not tell, which does not mean that it is stopped.</summary>
    public InstanceState? State { get; init; }
}

/// <summary>The numbers of an instance's state.</summary>
public static class InstanceStatus
{
    /// <summary>Stopped.</summary>
    public const int Stopped = 102;

    /// <summary>Running.</summary>
    public const int Running = 103;

    /// <summary>Starting.</summary>
    public const int Starting = 106;

    /// <summary>Stopping.</summary>
    public const int Stopping = 107;

    /// <summary>Frozen.</summary>
    public const int Frozen = 110;

    /// <summary>In error.</summary>
    public const int Error = 112;

    /// <summary>Running, and its inside has reported that it is ready.</summary>
    public const int Ready = 113;
}
