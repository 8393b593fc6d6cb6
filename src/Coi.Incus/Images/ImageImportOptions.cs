namespace Coi.Incus;

/// <summary>What goes with the files of an imported image.</summary>
public sealed record ImageImportOptions
{
    /// <summary>What the image says about itself, beyond what its metadata say.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = Maps.NoConfig;

    /// <summary>Aliases that point to it afterwards; existing ones are moved.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The name of its file.</summary>
    public string? Filename { get; init; }

    /// <summary>Whoever reaches the server may use it.</summary>
    public bool Public { get; init; }

    /// <summary>How long importing may take; null means the client's operation timeout.</summary>
    public TimeSpan? Timeout { get; init; }
}
