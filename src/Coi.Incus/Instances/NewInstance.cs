using System.Text.Json.Serialization;

namespace Coi.Incus;

/// <summary>An instance to be made.</summary>
public sealed record NewInstance
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is made from.</summary>
    public required InstanceSource Source { get; init; }

    /// <summary>Its configuration.</summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = Maps.NoConfig;

    /// <summary>Its devices.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Devices { get; init; } = Maps.NoDevices;

    /// <summary>The profiles that it uses; without any it needs a root disk among its own devices.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>It vanishes when it stops.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>A person's words about it.</summary>
    public string? Description { get; init; }

    /// <summary>Start it in the same operation.</summary>
    public bool Start { get; init; }

    /// <summary><c>container</c> or <c>virtual-machine</c>.</summary>
    public string Type { get; init; } = "container";

    /// <summary>How long making it may take; null means the client's operation timeout, and half an hour where the image is another server's and fetched first.</summary>
    [JsonIgnore]
    public TimeSpan? Timeout { get; init; }
}
