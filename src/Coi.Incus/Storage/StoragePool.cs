namespace Coi.Incus;

/// <summary>A storage pool.</summary>
public sealed record StoragePool
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its driver, such as <c>btrfs</c>.</summary>
    public string Driver { get; init; } = "";

    /// <summary>Its configuration.</summary>
    public IReadOnlyDictionary<string, string> Config { get; init => field = value ?? Maps.NoConfig; } = Maps.NoConfig;

    /// <summary>A person's words about it.</summary>
    public string Description { get; init; } = "";

    /// <summary><c>Created</c> when it can be used.</summary>
    public string Status { get; init; } = "";

    /// <summary>Paths of what uses it.</summary>
    public IReadOnlyList<string> UsedBy { get; init => field = value ?? []; } = [];
}

/// <summary>A profile: configuration and devices that instances share.</summary>
public sealed record Profile
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its configuration.</summary>
    public IReadOnlyDictionary<string, string> Config { get; init => field = value ?? Maps.NoConfig; } = Maps.NoConfig;

    /// <summary>Its devices.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Devices { get; init => field = value ?? Maps.NoDevices; } = Maps.NoDevices;

    /// <summary>A person's words about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Paths of the instances that use it.</summary>
    public IReadOnlyList<string> UsedBy { get; init => field = value ?? []; } = [];
}
