namespace Coi.Incus;

/// <summary>A change of some keys and devices of an instance; everything else stays.</summary>
public sealed record InstancePatch
{
    /// <summary>Keys to set; an empty value removes a key.</summary>
    public IReadOnlyDictionary<string, string>? Config { get; init; }

    /// <summary>Devices to add or replace, each as a whole; only <see cref="InstancesApi.ReplaceAsync"/> removes one.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Devices { get; init; }

    /// <summary>The description, to be told with each change: Incus clears it when there is none (seen on 6.0.4).</summary>
    public required string? Description { get; init; }
}

/// <summary>Everything about an instance that can be changed, as a whole.</summary>
public sealed record InstancePut
{
    /// <summary>Its configuration, including the <c>volatile.*</c> keys that were read.</summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = Maps.NoConfig;

    /// <summary>Its devices.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Devices { get; init; } = Maps.NoDevices;

    /// <summary>The profiles that it uses.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>It vanishes when it stops.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>A person's words about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Its architecture; null leaves it.</summary>
    public string? Architecture { get; init; }

    /// <summary>What an instance is now, to be changed with <c>with</c>.</summary>
    public static InstancePut From(Instance instance) => new()
    {
        Config = instance.Config,
        Devices = instance.Devices,
        Profiles = instance.Profiles,
        Ephemeral = instance.Ephemeral,
        Description = instance.Description,
        Architecture = instance.Architecture,
    };
}

/// <summary>An instance as it was read, with the tag that a conditional change needs.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="ETag">The tag, null when Incus sent none.</param>
public sealed record TaggedInstance(Instance Instance, string? ETag);

/// <summary>The body of a state change.</summary>
internal sealed record InstanceStatePut
{
    public required string Action { get; init; }

    public int Timeout { get; init; }

    public bool Force { get; init; }
}

/// <summary>The body of a rename.</summary>
internal sealed record NameBody
{
    public required string Name { get; init; }
}
