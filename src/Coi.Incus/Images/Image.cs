namespace Coi.Incus;

/// <summary>An image.</summary>
public sealed record Image
{
    /// <summary>Its identity: the SHA-256 of its content.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Its names.</summary>
    public IReadOnlyList<ImageAliasName> Aliases { get; init => field = value ?? []; } = [];

    /// <summary>What it says about itself (<c>os</c>, <c>release</c>, <c>description</c>…).</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init => field = value ?? Maps.NoConfig; } = Maps.NoConfig;

    /// <summary>Its architecture, such as <c>x86_64</c>.</summary>
    public string Architecture { get; init; } = "";

    /// <summary><c>container</c> or <c>virtual-machine</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>Its size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Whoever reaches the server may use it.</summary>
    public bool Public { get; init; }

    /// <summary>It was fetched on behalf of an instance and may vanish again.</summary>
    public bool Cached { get; init; }

    /// <summary>Incus keeps it up to date from where it came from.</summary>
    public bool AutoUpdate { get; init; }

    /// <summary>The name of its file.</summary>
    public string Filename { get; init; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it came to this server.</summary>
    public DateTimeOffset UploadedAt { get; init; }

    /// <summary>When it was last used; year 1 when never.</summary>
    public DateTimeOffset LastUsedAt { get; init; }
}

/// <summary>One name of an image, as listed with the image.</summary>
public sealed record ImageAliasName
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>A person's words about it.</summary>
    public string? Description { get; init; }
}

/// <summary>An alias: a name that points to an image.</summary>
public sealed record ImageAlias
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>A person's words about it.</summary>
    public string? Description { get; init; }

    /// <summary>Fingerprint of the image that it points to.</summary>
    public required string Target { get; init; }

    /// <summary><c>container</c> or <c>virtual-machine</c>.</summary>
    public string? Type { get; init; }
}

/// <summary>Makes an image from an instance.</summary>
public sealed record PublishRequest
{
    /// <summary>The instance, which must be stopped.</summary>
    public required string Instance { get; init; }

    /// <summary>A snapshot of it to take instead of its present state; then it may run.</summary>
    public string? Snapshot { get; init; }

    /// <summary>What the image says about itself.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = Maps.NoConfig;

    /// <summary>Aliases that point to it from the start; they must not exist yet.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary><c>none</c>, <c>zstd</c>, <c>gzip</c>…; null means the server's default.</summary>
    public string? CompressionAlgorithm { get; init; }

    /// <summary>Whoever reaches the server may use it.</summary>
    public bool Public { get; init; }

    /// <summary>How long publishing may take; null means the client's operation timeout.</summary>
    public TimeSpan? Timeout { get; init; }
}
