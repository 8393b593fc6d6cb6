namespace Coi.Incus;

/// <summary>What a new instance is made from; use the static members.</summary>
public sealed record InstanceSource
{
    /// <summary>Incus' word for the kind: <c>image</c>, <c>copy</c> or <c>none</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Alias of an image.</summary>
    public string? Alias { get; init; }

    /// <summary>Fingerprint of an image.</summary>
    public string? Fingerprint { get; init; }

    /// <summary><c>pull</c> for an image of another server.</summary>
    public string? Mode { get; init; }

    /// <summary>Address of another server.</summary>
    public string? Server { get; init; }

    /// <summary>How to speak with it: <c>simplestreams</c> or <c>incus</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>Name of the instance that is copied.</summary>
    public string? Source { get; init; }

    /// <summary>Copy without snapshots.</summary>
    public bool? InstanceOnly { get; init; }

    /// <summary>A local image by its alias.</summary>
    public static InstanceSource FromAlias(string alias) => new() { Type = "image", Alias = alias };

    /// <summary>A local image by its fingerprint.</summary>
    public static InstanceSource FromFingerprint(string fingerprint) => new() { Type = "image", Fingerprint = fingerprint };

    /// <summary>An image of another server, such as <c>ubuntu/22.04</c> of <c>https://images.linuxcontainers.org</c>.</summary>
    public static InstanceSource FromRemote(string server, string alias, string protocol = "simplestreams") =>
        new() { Type = "image", Mode = "pull", Server = server, Protocol = protocol, Alias = alias };

    /// <summary>A copy of another instance, without its snapshots.</summary>
    public static InstanceSource CopyOf(string instance) => new() { Type = "copy", Source = instance, InstanceOnly = true };

    /// <summary>Nothing: an instance with an empty root.</summary>
    public static InstanceSource Empty { get; } = new() { Type = "none" };
}
