namespace Coi.Incus;

/// <summary>The body that makes an image.</summary>
internal sealed record ImagesPost
{
    public required ImageSource Source { get; init; }

    public bool Public { get; init; }

    public bool AutoUpdate { get; init; }

    public IReadOnlyDictionary<string, string>? Properties { get; init; }

    public IReadOnlyList<ImageAliasName>? Aliases { get; init; }

    public string? CompressionAlgorithm { get; init; }
}

/// <summary>The body that changes an image.</summary>
internal sealed record ImagePatch
{
    public required IReadOnlyDictionary<string, string> Properties { get; init; }
}

/// <summary>Where a new image comes from.</summary>
internal sealed record ImageSource
{
    public required string Type { get; init; }

    public string? Name { get; init; }

    public string? Mode { get; init; }

    public string? Server { get; init; }

    public string? Protocol { get; init; }

    public string? Alias { get; init; }
}

/// <summary>The body of a change of an alias.</summary>
internal sealed record ImageAliasPut
{
    public required string Target { get; init; }

    public string Description { get; init; } = "";
}

/// <summary>The body that makes an alias.</summary>
internal sealed record ImageAliasPost
{
    public required string Name { get; init; }

    public required string Target { get; init; }

    public string Description { get; init; } = "";

    public string Type { get; init; } = "container";
}
